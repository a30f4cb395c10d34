// A page of which everything is noted that no page of ours may do: errors, words on the console, violations of the policy,
// dialogs of scripts, requests to others.
import type { Page } from 'playwright-core';

/** What the page has done wrong so far. */
export interface Guard {
  problems: readonly string[];
  /** What a test brings about itself: `/409/`. */
  allow(pattern: RegExp): void;
}

/** Containers that come and go beside the test change this machine's networks, and chromium begins what it was at anew. */
const NETWORK_CHANGED = /ERR_NETWORK_CHANGED/;
/** How often that is borne. */
export const TRIES_MAX = 5;

/** Opens an address. */
export async function goTo(page: Page, url: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      await page.goto(url);
      return;
    } catch (error) {
      if (tried === TRIES_MAX || !NETWORK_CHANGED.test((error as Error).message)) throw error;
    }
  }
}

/** Watches from now on. */
export function guard(page: Page, origin: string): Guard {
  const found: string[] = [];
  const allowed: RegExp[] = [NETWORK_CHANGED];
  const note = (problem: string): void => {
    if (!allowed.some((pattern) => pattern.test(problem))) found.push(problem);
  };
  page.on('pageerror', (error) => {
    note(`error: ${error.stack ?? error.message}`);
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      note(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('dialog', (dialog) => {
    note(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!isOwn(request.url(), origin)) note(`request: ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (!isOwn(socket.url(), origin)) note(`socket: ${socket.url()}`);
  });
  page.on('crash', () => {
    note('the page has crashed');
  });
  return { problems: found, allow: (pattern) => void allowed.push(pattern) };
}

function isOwn(url: string, origin: string): boolean {
  return url.startsWith(`${origin}/`) || url.startsWith(`${origin.replace(/^http/, 'ws')}/`);
}
