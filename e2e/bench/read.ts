// Reads through the API over a kept TLS connection: one object, and a list of 1,000 pods, linearizable and from the
// cache as it is, beside etcd itself giving the same objects in one range.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@gantry/api/client';
import { podKind } from '@gantry/api/kinds/pod';
import { secondsOf, type Bench, type Workbench } from './bench.ts';
import { waitFor } from '../cluster/local-world.ts';
import { openEtcd, type EtcdReader } from './etcd-reader.ts';
import { percentiles, quantile, type Figure } from './figure.ts';
import { deploymentOf, NAMESPACE } from './workload.ts';

const PODS = 1000;
const GETS = 500;
const LISTS = 200;
/** Requests before the clock runs: connections are made, code is compiled. */
const WARM_UP = 50;
const CREATE_AT_ONCE = 16;
/** Heartbeats alone are one write a second. */
const QUIET_LOOK_MS = 3_000;
const QUIET_WRITES_MAX = 6;
const QUIET_WITHIN_MS = 120_000;
const GET_TARGET_MS = 5;
const LIST_TARGET_MS = 60;
const PODS_PREFIX = `/gantry/core/pods/${NAMESPACE}/`;

export const read: Bench = { name: 'read', run: measureReads };

async function measureReads(bench: Workbench): Promise<Figure[]> {
  const world = await bench.openWorld();
  const etcd = openEtcd(world.etcd.endpoint);
  try {
    const pods = bench.quick ? PODS / 10 : PODS;
    await createPods(world.client, pods);
    await untilQuiet(etcd);
    const one = `/api/v1/namespaces/${NAMESPACE}/pods/pod-7`;
    const all = `/api/v1/namespaces/${NAMESPACE}/pods`;
    const samplesOf = (count: number, work: () => Promise<unknown>): Promise<number[]> =>
      sample(bench.quick ? 50 : count, work);
    const etcdOne = await samplesOf(GETS, () => etcd.readOne(`${PODS_PREFIX}pod-7`));
    const etcdAll = await samplesOf(LISTS, () => etcd.readRange(PODS_PREFIX));
    const get = (path: string) => () => readAll(world.client, path);
    return [
      figureOf('GET of one pod, linearizable', GET_TARGET_MS, await samplesOf(GETS, get(one)), etcdOne),
      figureOf(
        'GET of one pod, resourceVersion=0',
        GET_TARGET_MS,
        await samplesOf(GETS, get(`${one}?resourceVersion=0`)),
        etcdOne,
      ),
      figureOf(
        `LIST of ${pods} pods, linearizable`,
        LIST_TARGET_MS,
        await samplesOf(LISTS, get(all)),
        etcdAll,
      ),
      figureOf(
        `LIST of ${pods} pods, resourceVersion=0`,
        LIST_TARGET_MS,
        await samplesOf(LISTS, get(`${all}?resourceVersion=0`)),
        etcdAll,
      ),
    ];
  } finally {
    etcd.close();
    await world.stop();
  }
}

/** The scheduler explains 1,000 pods that fit nowhere, and Events are written at their own pace: that is not ours to time. */
async function untilQuiet(etcd: EtcdReader): Promise<void> {
  let before = await etcd.revision();
  await waitFor(
    'the control plane to come to rest',
    async () => {
      await delay(QUIET_LOOK_MS);
      const now = await etcd.revision();
      const writes = now - before;
      before = now;
      return writes <= QUIET_WRITES_MAX;
    },
    QUIET_WITHIN_MS,
  );
}

function figureOf(what: string, targetMs: number, samples: number[], reference: number[]): Figure {
  return {
    what,
    target: `p99 <= ${targetMs} ms`,
    measured: percentiles(samples, 'ms'),
    reference: `one range from etcd: ${percentiles(reference, 'ms')}`,
    ratio: quantile(samples, 0.99) / quantile(reference, 0.99),
    met: quantile(samples, 0.99) <= targetMs,
  };
}

/** One request after the other; milliseconds each. */
async function sample(count: number, work: () => Promise<unknown>): Promise<number[]> {
  for (let index = 0; index < Math.min(WARM_UP, count); index += 1) await work();
  const samples: number[] = [];
  for (let index = 0; index < count; index += 1) samples.push((await secondsOf(work)) * 1000);
  return samples;
}

/** The whole answer arrives; it is not parsed, which would be the client's time. */
async function readAll(client: Client, path: string): Promise<void> {
  const answer = await client.raw({ method: 'GET', path });
  for await (const _chunk of answer.body);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
}

/** Pods that no node will take. */
export async function createPods(client: Client, count: number): Promise<void> {
  const { spec } = deploymentOf('read', 1, { unscheduled: true }).spec.template;
  let next = 0;
  const createSome = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const metadata = { name: `pod-${index}`, namespace: NAMESPACE, labels: { app: 'read' } };
      if (spec !== undefined) await client.create(podKind, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
    }
  };
  await Promise.all(Array.from({ length: CREATE_AT_ONCE }, createSome));
}
