// The whole way: pods that wait in a real etcd get their nodes written there. Counted from the first to the last bind
// that etcd's watch shows; Events are written beside, as in production.
import { setTimeout as delay } from 'node:timers/promises';
import { eventKind, type Event } from '@gantry/api/kinds/event';
import { BindTimes } from './bind-times.ts';
import { DurableLab } from './durable-lab.ts';
import type { Measured } from './in-memory.ts';
import { anotherPod } from './workload.ts';
import type { Churn, Workload } from './workload.ts';

/** What was measured. */
export interface DurableMeasured extends Measured {
  thorough?: Thorough;
}

/** What is measured for some shapes only. */
export interface Thorough {
  /** Scheduled-Events stored by the time of the last bind. */
  eventsMeanwhile: number;
  /** From the last bind until all of them are stored. */
  eventsAfterSeconds: number;
  /** Pods that are created while the scheduler binds, a second, from the first creation to the last bind. */
  arrivingPerSecond: number;
}

const CHURN_EVERY_MS = 50;
/** Pods that then come one after the other, for their latency. */
const PACED_PODS = 150;
const PACE_MS = 8;
/** Pods that are created while the scheduler binds. */
const ARRIVING_PODS = 5_000;

/** Schedules a workload on etcd. */
export async function measureDurable(workload: Workload, thorough: boolean): Promise<DurableMeasured> {
  const lab = await DurableLab.start();
  try {
    return await measureIn(lab, workload, thorough);
  } finally {
    await lab.stop();
  }
}

async function measureIn(lab: DurableLab, workload: Workload, thorough: boolean): Promise<DurableMeasured> {
  const { nodes, before, beside, measured, churn } = workload;
  const binds = new BindTimes(lab);
  await lab.putNodes(nodes);
  // A first term places what is there before; the next leader finds the measured pods waiting.
  await lab.create(before);
  binds.expect(before.length);
  const endFirst = lab.lead();
  await lab.until(() => binds.areAllThere, 'the pods before have a node');
  await endFirst();
  await lab.create([...beside, ...measured]);
  binds.expect(measured.length);
  const end = lab.lead();
  const stopChurn = churn === undefined ? undefined : comeAndGo(lab, churn);
  await lab.until(() => binds.areAllThere, 'the measured pods have a node');
  const rates = { podsPerSecond: binds.perSecond(), cpuMicrosPerPod: binds.cpuMicrosPerPod() };
  const more = thorough ? await measureMore(lab, binds, workload) : undefined;
  await stopChurn?.();
  const latenciesMs = await paced(lab, binds, workload);
  await end();
  return { ...rates, latenciesMs, ...(more === undefined ? {} : { thorough: more }) };
}

async function measureMore(lab: DurableLab, binds: BindTimes, workload: Workload): Promise<Thorough> {
  const wanted = new Set(workload.measured.map(({ metadata }) => metadata.name));
  const stored = (): number =>
    lab.cache
      .list<Event>(eventKind)
      .filter(({ reason, involvedObject }) => reason === 'Scheduled' && wanted.has(involvedObject.name))
      .length;
  const eventsMeanwhile = stored();
  await lab.until(() => stored() === wanted.size, 'the Events are stored');
  const eventsAfterSeconds = (performance.now() - binds.lastMs) / 1_000;
  const arriving = Array.from({ length: ARRIVING_PODS }, (_, index) =>
    anotherPod(workload, PACED_PODS + index),
  );
  binds.expect(arriving.length);
  const beganMs = performance.now();
  await lab.create(arriving);
  await lab.until(() => binds.areAllThere, 'the arriving pods have a node');
  const arrivingPerSecond = (1_000 * arriving.length) / (binds.lastMs - beganMs);
  return { eventsMeanwhile, eventsAfterSeconds, arrivingPerSecond };
}

/** From just before a pod's creation is asked for until its node is seen. */
async function paced(lab: DurableLab, binds: BindTimes, workload: Workload): Promise<number[]> {
  const beganMs = new Map<string, number>();
  const creations: Promise<void>[] = [];
  for (let index = 0; index < PACED_PODS; index += 1) {
    const pod = anotherPod(workload, index);
    const { name = '' } = pod.metadata;
    binds.watch(name);
    beganMs.set(name, performance.now());
    creations.push(lab.create([pod]));
    await delay(PACE_MS);
  }
  await Promise.all(creations);
  const names = [...beganMs.keys()];
  await lab.until(() => names.every((name) => binds.of(name) > 0), 'the paced pods have a node');
  return names.map((name) => binds.of(name) - (beganMs.get(name) ?? 0));
}

/** @returns what ends it. */
function comeAndGo(lab: DurableLab, { node, pod }: Churn): () => Promise<void> {
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      await lab.putNodes([node]);
      await lab.create([pod]);
      await delay(CHURN_EVERY_MS);
      await lab.removeNode(node);
      await lab.remove(pod);
      await delay(CHURN_EVERY_MS);
    }
  })();
  return async () => {
    isOver = true;
    await running;
  };
}
