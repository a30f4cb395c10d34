// What many open pages cost the control plane: sockets that ask for what a page asks for, beside a few real pages.
import WebSocket from 'ws';
import type { Page } from 'playwright-core';
import { median, short, spread, type Figure } from '../figure.ts';
import { processorSeconds } from '../process-usage.ts';
import { changePods, type DashboardLab } from './lab.ts';

const PAGES = 50;
const REAL_PAGES = 3;
const PER_SECOND = 20;
const ROUNDS = 7;
const QUICK_ROUNDS = 2;
/** Long enough for several collections of garbage, short enough that both windows of a round see the same machine. */
const WINDOW_MS = 12_000;
const SETTLE_MS = 3_000;
/** A share below so much of the one before is on its way down. */
const STILL_FALLING = 0.95;
const LOOKS_MAX = 40;
const TARGET_SHARE = 0.1;

/** Processor time of the control plane at the same changes, with the pages and without, in turns. */
export async function openPages(lab: DashboardLab, quick: boolean): Promise<Figure> {
  await steady(lab);
  const rounds: { without: number; withPages: number }[] = [];
  let subscriptions = 0;
  for (let round = 0; round < (quick ? QUICK_ROUNDS : ROUNDS); round++) {
    const without = await shareWhile(lab, WINDOW_MS);
    const opened = await openAll(lab);
    subscriptions = opened.subscriptions;
    await settled();
    rounds.push({ without, withPages: await shareWhile(lab, WINDOW_MS) });
    await opened.close();
    await settled();
  }
  const more = rounds.map(({ without, withPages }) => (withPages - without) * 100);
  const share = median(more);
  return {
    what: `dashboard: processor time of the control plane for ${PAGES} open pages at ${PER_SECOND} changes/s`,
    target: '<= 10 % of one core',
    measured: `${spread(more, '%')}; without any, ${percent(median(rounds.map(({ without }) => without)))}; ${subscriptions} subscriptions a page`,
    reference: '',
    met: share > 0 && share <= TARGET_SHARE * 100,
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, SETTLE_MS));

interface OpenPages {
  subscriptions: number;
  close(): Promise<void>;
}

async function openAll(lab: DashboardLab): Promise<OpenPages> {
  const real: Page[] = [];
  const asked: string[] = [];
  for (let at = 0; at < REAL_PAGES; at++) {
    const page = await lab.newcomer();
    if (at === 0) note(page, asked);
    await page.goto(lab.overview);
    await page.locator('.figure').first().waitFor();
    real.push(page);
  }
  const sockets = await openSockets(real[0], lab.overview, asked);
  return {
    subscriptions: asked.length,
    async close() {
      for (const socket of sockets) socket.terminate();
      for (const page of real) await page.context().close();
    },
  };
}

/** Code is compiled, and what was begun before has come to its end: the share falls no more. */
async function steady(lab: DashboardLab): Promise<void> {
  let last = await shareWhile(lab, SETTLE_MS);
  for (let look = 0; look < LOOKS_MAX; look++) {
    const share = await shareWhile(lab, SETTLE_MS);
    if (share > last * STILL_FALLING) return;
    last = share;
  }
}

function percent(share: number): string {
  return `${short(share * 100)} %`;
}

/** What a page says over its socket. */
function note(page: Page, asked: string[]): void {
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      if (String(payload).includes('"open"')) asked.push(String(payload));
    });
  });
}

async function openSockets(
  page: Page | undefined,
  overview: string,
  asked: readonly string[],
): Promise<WebSocket[]> {
  const cookies = (await page?.context().cookies()) ?? [];
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const { origin } = new URL(overview);
  const address = `${origin.replace(/^http/, 'ws')}/gantry/v1/live`;
  const sockets: WebSocket[] = [];
  for (let at = REAL_PAGES; at < PAGES; at++) {
    const socket = new WebSocket(address, { rejectUnauthorized: false, headers: { cookie, origin } });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.on('message', () => undefined);
    for (const message of asked) socket.send(message);
    sockets.push(socket);
  }
  return sockets;
}

/** Share of one core that the control plane takes while pods change. */
async function shareWhile({ client, world }: DashboardLab, forMs: number): Promise<number> {
  const pid = world.pidOf('control-plane');
  const beganMs = performance.now();
  const before = processorSeconds(pid);
  await changePods(client, { perSecond: PER_SECOND, forMs });
  return (processorSeconds(pid) - before) / ((performance.now() - beganMs) / 1000);
}
