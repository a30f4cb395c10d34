// What somebody before the page waits for: the first look, and a change.
import { podKind } from '@gantry/api/kinds/pod';
import type { Page } from 'playwright-core';
import { spread, quantile, short, type Figure } from '../figure.ts';
import { NAMESPACE } from '../workload.ts';
import type { DashboardLab } from './lab.ts';

const PAINT_TARGET_MS = 1_000;
const CHANGE_TARGET_MS = 300;
const PAINTS = 7;
const CHANGES = 100;
const QUICK_CHANGES = 20;
const APPEARS_WITHIN_MS = 30_000;

/** Notes when the pods are counted, from the start of the navigation; the paint that follows is part of it. */
const NOTE_COUNT = (pods: number): string => `
  window.countedAtMs = new Promise((resolve) => {
    const look = () => {
      const figures = [...document.querySelectorAll('.figure')].map((figure) => figure.innerText);
      if (!figures.some((text) => /^Pods\\s+${pods}\\b/i.test(text))) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    };
    const watch = new MutationObserver(look);
    watch.observe(document, { childList: true, subtree: true, characterData: true });
  });`;

/** From navigation to the overview with its pods counted; nothing cached. */
export async function firstLook(lab: DashboardLab, pods: number): Promise<Figure> {
  const samples: number[] = [];
  for (let round = 0; round < PAINTS; round++) {
    const page = await lab.newcomer();
    await page.addInitScript(NOTE_COUNT(pods));
    await page.goto(lab.overview);
    samples.push(await page.evaluate<number>('window.countedAtMs'));
    await page.context().close();
  }
  return {
    what: `dashboard: address to overview with ${pods} pods counted, nothing cached`,
    target: '<= 1 s',
    measured: spread(
      samples.map((ms) => ms / 1000),
      's',
    ),
    reference: '',
    met: quantile(samples, 0.5) <= PAINT_TARGET_MS,
  };
}

/** From the moment a write is sent to the row of the new pod in the list of all pods. */
export async function changeVisible(lab: DashboardLab, quick: boolean): Promise<Figure> {
  const page = await lab.newcomer();
  await page.goto(`${lab.overview}pods`);
  await page.getByRole('row').nth(3).waitFor();
  const samples: number[] = [];
  for (let round = 0; round < (quick ? QUICK_CHANGES : CHANGES); round++) {
    samples.push(await changeOnce(lab, page, `aaa-${round}`));
  }
  await page.context().close();
  const p95 = quantile(samples, 0.95);
  return {
    what: 'dashboard: write sent to row visible, in the list of all pods',
    target: 'p95 <= 300 ms',
    measured: `p50 ${short(quantile(samples, 0.5))}, p95 ${short(p95)} ms (of ${samples.length})`,
    reference: '',
    met: p95 <= CHANGE_TARGET_MS,
  };
}

/** Both clocks are this machine's. */
async function changeOnce({ client }: DashboardLab, page: Page, name: string): Promise<number> {
  const seen = page.evaluate<number>(`new Promise((resolve, reject) => {
    const watch = new MutationObserver(() => {
      if (![...document.querySelectorAll('[role=row] a')].some((link) => link.innerText === '${name}')) return;
      watch.disconnect();
      resolve(performance.timeOrigin + performance.now());
    });
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
    setTimeout(() => reject(new Error('${name} has not appeared')), ${APPEARS_WITHIN_MS});
  })`);
  // The observer is there once the page has answered something later.
  await page.evaluate('0');
  const sentAtMs = performance.timeOrigin + performance.now();
  const containers = [{ name: 'app', image: 'toy.example/none:1' }];
  await client.create(podKind, {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: NAMESPACE, name } },
    spec: { nodeSelector: { 'bench.gantry.dev/none': 'such' }, containers },
  });
  const seenAtMs = await seen;
  await client.delete(podKind, { namespace: NAMESPACE, name }, { gracePeriodSeconds: 0 });
  return seenAtMs - sentAtMs;
}
