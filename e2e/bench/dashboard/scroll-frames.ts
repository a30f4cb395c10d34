// Whether a long list jerks: the time between frames while it is scrolled and pods change.
import type { Page } from 'playwright-core';
import { quantile, short, type Figure } from '../figure.ts';
import { changePods, type DashboardLab } from './lab.ts';

const PER_SECOND = 20;
const FRAMES = 300;
/** Changes go on for at least as long. */
const CHANGES_MS = 8_000;
/** About two rows. */
const STEP_PX = 75;
const TARGET_MS = 50;

/** In the page: each frame scrolls a step, and what lies between frames is noted. */
const SCROLL = `new Promise((resolve) => {
  const list = document.querySelector('.table-scroll');
  const times = [];
  let last;
  const frame = (now) => {
    if (last !== undefined) times.push(now - last);
    last = now;
    list.scrollTop += ${STEP_PX};
    if (times.length < ${FRAMES}) requestAnimationFrame(frame);
    else resolve(times);
  };
  requestAnimationFrame(frame);
})`;

/** Milliseconds between frames in the list of all pods, and what of them the page's thread worked. */
export async function scrollFrames(lab: DashboardLab, pods: number): Promise<Figure> {
  const page = await lab.newcomer();
  await page.goto(`${lab.overview}pods`);
  await page.getByRole('row').nth(3).waitFor();
  const changes = changePods(lab.client, { perSecond: PER_SECOND, forMs: CHANGES_MS });
  const workedMs = await threadClock(page);
  const beganMs = await workedMs();
  const times = await page.evaluate<number[]>(SCROLL);
  const worked = ((await workedMs()) - beganMs) / times.length;
  await changes;
  await page.context().close();
  const p95 = quantile(times, 0.95);
  return {
    what: `dashboard: between two frames while ${pods} pods are scrolled through, at ${PER_SECOND} changes/s`,
    target: `p95 <= ${TARGET_MS} ms`,
    measured: `p50 ${short(quantile(times, 0.5))}, p95 ${short(p95)} ms (of ${times.length}); ${short(worked)} ms of work each`,
    reference: '',
    met: p95 <= TARGET_MS,
  };
}

/** Reads for how long the page's main thread has worked, waiting left out. */
async function threadClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
}
