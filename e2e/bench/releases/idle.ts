// What the control plane costs with many Rollouts that have nothing to do and many AnalysisRuns that have ended: no nodes, no
// pods, a real etcd.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@gantry/api/client';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { DEMO_IMAGES } from '@gantry/ctl/up/demo-image';
import { waitFor, type LocalWorld } from '../../cluster/local-world.ts';
import { RELEASES } from '../../cluster/release-stage.ts';
import type { Workbench } from '../bench.ts';
import { short, type Figure } from '../figure.ts';
import { processorSeconds, residentMegabytes } from '../process-usage.ts';

const ROLLOUTS = 1_000;
/** So many are kept, whichever way they ended. */
const RUNS_EACH = 10;
/** Between looks at whether all is at rest: lists of all of them are costly. */
const LOOK_EVERY_MS = 2_000;
const PARALLEL = 64;
const SETTLE_MS = 30_000;
const WATCHED_MS = 60_000;
const QUICK_WATCHED_MS = 20_000;
const HEALTHY_WITHIN_MS = 180_000;
const PERCENT_MAX = 1;
const PART = 'control-plane';
/** What {@link makeIdle} makes. */
export const IDLE_WORDS = `${ROLLOUTS.toLocaleString('en')} idle Rollouts, ${(ROLLOUTS * RUNS_EACH).toLocaleString('en')} finished AnalysisRuns`;

export async function idle(bench: Workbench): Promise<Figure[]> {
  const world = await bench.openWorld({ agents: [] });
  try {
    const pid = world.pidOf(PART);
    await delay(SETTLE_MS);
    const watchedMs = bench.quick ? QUICK_WATCHED_MS : WATCHED_MS;
    const empty = { percent: await percentOf(pid, watchedMs), megabytes: residentMegabytes(pid) };
    await makeAll(bench, world);
    await delay(SETTLE_MS);
    const before = residentMegabytes(pid);
    const percent = await percentOf(pid, watchedMs);
    const after = residentMegabytes(pid);
    return [
      {
        what: `${IDLE_WORDS}: processor time of the control plane, over ${watchedMs / 1_000} s`,
        target: `< ${PERCENT_MAX} % of a core`,
        measured: `${short(percent)} %; resident memory ${short(before)} MB before, ${short(after)} MB after`,
        reference: `without them: ${short(empty.percent)} %, ${short(empty.megabytes)} MB`,
        met: percent < PERCENT_MAX,
      },
    ];
  } finally {
    await world.stop();
  }
}

async function percentOf(pid: number, watchedMs: number): Promise<number> {
  const [before, beganMs] = [processorSeconds(pid), performance.now()];
  await delay(watchedMs);
  return ((processorSeconds(pid) - before) / (performance.now() - beganMs)) * 1_000 * 100;
}

/** Makes them all; they come to rest by themselves. @param nowMs when runs are to have ended. */
export async function makeIdle(client: Client, nowMs: () => number): Promise<void> {
  let made = 0;
  const work = async (): Promise<void> => {
    for (let index = made++; index < ROLLOUTS; index = made++) {
      const rollout = await client.create(rolloutKind, rolloutOf(`idle-${index}`));
      for (let run = 0; run < RUNS_EACH; run += 1)
        await makeFinishedRun(client, rollout, run, new Date(nowMs()).toISOString());
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

async function makeAll(bench: Workbench, { client }: LocalWorld): Promise<void> {
  const beganMs = performance.now();
  await makeIdle(client, Date.now);
  await waitFor(
    'all Rollouts are healthy and all runs ended',
    async () => {
      await delay(LOOK_EVERY_MS);
      const rollouts = await client.list(rolloutKind, { namespace: RELEASES });
      const healthy = rollouts.items.filter(({ status }) => status?.phase === 'Healthy').length;
      return healthy === ROLLOUTS && (await endedRuns(client)) === ROLLOUTS * RUNS_EACH;
    },
    HEALTHY_WITHIN_MS,
  );
  bench.say(`all are made and at rest after ${short((performance.now() - beganMs) / 1_000)} s`);
}

async function endedRuns(client: Client): Promise<number> {
  const { items } = await client.list(analysisRunKind, { namespace: RELEASES });
  return items.filter(({ status }) => status?.completedAt !== undefined).length;
}

function rolloutOf(name: string): Rollout {
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name, namespace: RELEASES },
    spec: {
      replicas: 0,
      // A run that is ended as nobody waits for it counts as successful for a moment.
      analysis: { successfulRunHistoryLimit: RUNS_EACH, unsuccessfulRunHistoryLimit: RUNS_EACH },
      selector: { matchLabels: { app: name } },
      strategy: { canary: { steps: [{ setWeight: 10 }, { pause: {} }] } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'app', image: DEMO_IMAGES[0] }] },
      },
    },
  };
}

async function makeFinishedRun(client: Client, rollout: Rollout, index: number, at: string): Promise<void> {
  const name = `${rollout.metadata.name}-${index}`;
  await client.create(analysisRunKind, runOf(name, rollout));
  const phase = index % 2 === 0 ? ('Successful' as const) : ('Failed' as const);
  const measurement = { phase, startedAt: at, finishedAt: at, value: '0.99' };
  const result = { name: 'success-rate', phase, count: 1, measurements: [measurement] };
  const status = { phase, message: 'made by a benchmark', startedAt: at, completedAt: at };
  await client.patch(
    analysisRunKind,
    { namespace: RELEASES, name },
    'merge',
    { status: { ...status, metricResults: [result] } },
    { subresource: 'status' },
  );
}

/** Its first measurement is far away: it has ended before. */
function runOf(name: string, { metadata }: Rollout): AnalysisRun {
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name,
      namespace: RELEASES,
      ownerReferences: [
        {
          ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'Rollout', controller: true },
          ...{ name: metadata.name ?? '', uid: metadata.uid ?? '' },
        },
      ],
    },
    spec: {
      metrics: [
        {
          name: 'success-rate',
          initialDelay: '1h',
          successCondition: 'result >= 0.99',
          provider: { gantry: { metric: 'success-rate', revision: 'none' } },
        },
      ],
    },
  };
}
