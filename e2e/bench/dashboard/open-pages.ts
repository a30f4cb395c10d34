// What many open pages cost the control plane: sockets that ask for what a page asks for, beside a few real pages.
import WebSocket from 'ws';
import type { Page } from 'playwright-core';
import { short, type Figure } from '../figure.ts';
import { processorSeconds } from '../process-usage.ts';
import { changePods, type DashboardLab } from './lab.ts';

const PAGES = 50;
const REAL_PAGES = 3;
const PER_SECOND = 20;
const FOR_MS = 30_000;
const QUICK_MS = 8_000;
const SETTLE_MS = 3_000;
/** A share below so much of the one before is on its way down. */
const STILL_FALLING = 0.95;
const LOOKS_MAX = 40;
const TARGET_SHARE = 0.1;

/** Processor time of the control plane at the same changes, with the pages and without. */
export async function openPages(lab: DashboardLab, quick: boolean): Promise<Figure> {
  const forMs = quick ? QUICK_MS : FOR_MS;
  await steady(lab);
  const before = await shareWhile(lab, forMs);
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
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const withPages = await shareWhile(lab, forMs);
  for (const socket of sockets) socket.terminate();
  for (const page of real) await page.context().close();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  // On either side, for what else the machine does changes with time.
  const without = (before + (await shareWhile(lab, forMs))) / 2;
  const more = withPages - without;
  return {
    what: `dashboard: processor time of the control plane for ${PAGES} open pages at ${PER_SECOND} changes/s`,
    target: '<= 10 % of one core',
    measured: `${more < 0 ? 'lost in noise' : percent(more)} (${percent(withPages)} with, ${percent(without)} without; ${asked.length} subscriptions a page)`,
    reference: '',
    met: more >= 0 && more <= TARGET_SHARE,
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
