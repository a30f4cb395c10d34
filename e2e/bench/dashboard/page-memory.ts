// Whether an open page grows: the heap after a forced collection, before and after an hour's changes in less time.
import type { CDPSession } from 'playwright-core';
import { short, type Figure } from '../figure.ts';
import { changePods, type DashboardLab } from './lab.ts';

const PER_SECOND = 20;
/** So much faster than it would be. */
const PRESSED = 10;
const MINUTES = 60;
const QUICK_MINUTES = 5;
const LOOKS = 6;
/** What may be added over the hour: more is a leak, less is chance. */
const GROWTH_MAX = 0.1;

/** Megabytes, one look after each part of the time. */
export async function pageMemory(lab: DashboardLab, quick: boolean): Promise<Figure> {
  const page = await lab.newcomer();
  await page.goto(`${lab.overview}pods`);
  await page.getByRole('row').nth(3).waitFor();
  const session = await page.context().newCDPSession(page);
  const minutes = quick ? QUICK_MINUTES : MINUTES;
  const part = { perSecond: PER_SECOND * PRESSED, forMs: (minutes * 60_000) / PRESSED / LOOKS };
  // One part without counting: code is compiled, caches and lists with a limit fill.
  await changePods(lab.client, part);
  const heaps = [await heapMegabytes(session)];
  let rate = 0;
  for (let look = 0; look < LOOKS; look++) {
    rate += (await changePods(lab.client, part)) / LOOKS;
    heaps.push(await heapMegabytes(session));
  }
  await page.context().close();
  const [first = 0] = heaps;
  const last = heaps.at(-1) ?? 0;
  const changes = Math.round((part.perSecond * part.forMs * LOOKS) / 1000);
  return {
    what: `dashboard: heap of a page over ${minutes} min of ${PER_SECOND} changes/s`,
    target: 'flat: < 10 % more',
    measured: `${heaps.map(short).join(', ')} MB; slope ${short(slopeOf(heaps) * LOOKS)} MB in all (${changes} changes at ${short(rate)}/s)`,
    reference: '',
    ratio: last / first,
    met: last <= first * (1 + GROWTH_MAX),
  };
}

async function heapMegabytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

/** By least squares, in each step. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const products = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
  const squares = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return products / squares;
}
