// Debian's chromium without a window: one process of ours, in a folder of its own, that ends with us.
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';
/** Nothing is asked of the world outside; no sandbox within a container, and no GPU. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--js-flags=--expose-gc',
];
const ENDS_WITHIN_MS = 10_000;

/** A browser that runs. */
export interface RunningBrowser {
  browser: Browser;
  pid: number;
  stop(): Promise<void>;
}

/** @throws Error when chromium is not installed. */
export async function startChromium(): Promise<RunningBrowser> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is not there: apt-get install chromium`);
  const server = await chromium.launchServer({ executablePath: CHROMIUM, headless: true, args: FLAGS });
  const child = server.process();
  const browser = await chromium.connect(server.wsEndpoint());
  return {
    browser,
    pid: child.pid ?? 0,
    async stop() {
      const late = setTimeout(() => void server.kill(), ENDS_WITHIN_MS);
      await browser.close().catch(() => undefined);
      await server.close();
      clearTimeout(late);
    },
  };
}
