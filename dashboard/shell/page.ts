// What every part of the page works with: one value, made in main, handed down by context.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { LiveConnection } from '../live/connection.ts';
import type { WatchedLists } from '../live/watched-lists.ts';
import type { Access } from '../request/access.ts';
import type { Request } from '../request/request.ts';
import type { OpenSocket } from '../request/open-socket.ts';
import type { Session } from '../request/session.ts';
import type { StreamText } from '../request/stream-text.ts';
import type { Dialogs } from './dialogs.ts';
import type { Notices } from './notices.ts';
import type { Router } from './route.ts';

/** The page's parts. */
export interface Page {
  live: LiveConnection;
  lists: WatchedLists;
  request: Request;
  /** Text that goes on arriving: logs. */
  streamText: StreamText;
  /** Both ways at once: terminals. */
  openSocket: OpenSocket;
  access: Access;
  session: Session;
  router: Router;
  /** The namespace that is looked at; '' is all. */
  namespace: Signal<string>;
  /** Now, renewed every second. */
  nowMs: ReadonlySignal<number>;
  notices: Notices;
  dialogs: Dialogs;
  theme: Signal<Theme>;
  /** Which of the two it comes to. */
  isDark: ReadonlySignal<boolean>;
}

/** As the system has it, or one of the two. */
export type Theme = 'system' | 'light' | 'dark';

export const PageContext = createContext<Page | undefined>(undefined);

/** The page. Only below its provider. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error('usePage outside of the page');
  return page;
}
