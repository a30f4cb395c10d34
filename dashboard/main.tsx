// Joins the page: session first, then the live connection and everything on it.
import { computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { render } from 'preact';
import { createConnection } from './live/connection.ts';
import { createWatchedLists } from './live/watched-lists.ts';
import { createAccess } from './request/access.ts';
import { createOpenSocket } from './request/open-socket.ts';
import { createRequest } from './request/request.ts';
import { askSession, beginSession, type Session } from './request/session.ts';
import { createStreamText } from './request/stream-text.ts';
import { App } from './shell/app.tsx';
import { createDialogs } from './shell/dialogs.ts';
import { createNotices } from './shell/notices.ts';
import { PageContext, type Page, type Theme } from './shell/page.ts';
import { createRouter } from './shell/route.ts';
import { SignedOut } from './shell/signed-out.tsx';
import './styles/theme.css';
import './styles/frame.css';
import './styles/parts.css';
import './styles/tables.css';
import './styles/objects.css';
import './styles/rollouts.css';

const schedule = (delayMs: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};

function remembered<T extends string>(key: string, first: T): Signal<T> {
  const value = signal((localStorage.getItem(key) as T | null) ?? first);
  effect(() => localStorage.setItem(key, value.value));
  return value;
}

/** Whether the system is dark, as long as the page is there. */
function systemIsDark(): ReadonlySignal<boolean> {
  const query = window.matchMedia('(prefers-color-scheme: dark)');
  const isDark = signal(query.matches);
  query.addEventListener('change', ({ matches }) => {
    isDark.value = matches;
  });
  return isDark;
}

function makePage(session: Session, { request, streamText }: Pick<Page, 'request' | 'streamText'>): Page {
  const openSocket = createOpenSocket(window.location);
  const nowMs = signal(Date.now());
  setInterval(() => {
    if (!document.hidden) nowMs.value = Date.now();
  }, 1000);
  const live = createConnection({
    connect: () => openSocket('/gantry/v1/live'),
    nowMs: () => Date.now(),
    schedule,
    random: () => Math.random(),
    onLost: () => void askSession(request),
  });
  const theme = remembered<Theme>('gantry-theme', 'system');
  const system = systemIsDark();
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
  });
  return {
    live,
    lists: createWatchedLists({ connection: live, schedule, nowMs: () => Date.now() }),
    request,
    streamText,
    openSocket,
    access: createAccess(request, () => Date.now()),
    session,
    router: createRouter(window),
    namespace: remembered('gantry-namespace', ''),
    nowMs,
    notices: createNotices(schedule),
    dialogs: createDialogs(),
    theme,
    isDark: computed(() => (theme.value === 'system' ? system.value : theme.value === 'dark')),
  };
}

async function main(place: HTMLElement): Promise<void> {
  const onSignedOut = (): void => {
    render(<SignedOut reason="your session has ended" />, place);
  };
  const request = createRequest(fetch.bind(window), onSignedOut);
  const streamText = createStreamText(fetch.bind(window), onSignedOut);
  const outcome = await beginSession(request, window.location.hash);
  // A token that has been used is of no use to anyone who reads the address later; still it does not stay there.
  if (window.location.hash.includes('login='))
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
  if ('refusal' in outcome) {
    render(<SignedOut reason={outcome.refusal} />, place);
    return;
  }
  const page = makePage(outcome.session, { request, streamText });
  render(
    <PageContext.Provider value={page}>
      <App />
    </PageContext.Provider>,
    place,
  );
}

const place = document.getElementById('page');
if (place !== null) void main(place);
