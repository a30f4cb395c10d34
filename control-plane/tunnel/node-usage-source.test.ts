// Figures of nodes: those that answer in time.
import test from 'ava';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import type { CacheReader } from '../cache/cache.ts';
import { createUsageSource, type UsageSourceDeps } from './node-usage-source.ts';

const figures = { node: { cpuMilli: 120, memoryBytes: 5_000, atMs: 7 }, containers: [] };

/** One node that answers, and one that is silent. */
function open() {
  const clock = new VirtualClock(0);
  const cancelled: string[] = [];
  const tunnels = {
    connectedNodes: () => ['n1', 'n2'],
    open(node: string) {
      return {
        cancel: () => void cancelled.push(node),
        set listener({ onResult }: { onResult: (result: unknown) => void }) {
          if (node === 'n1') onResult({ ok: true, value: figures });
        },
      };
    },
  } as unknown as UsageSourceDeps['tunnels'];
  const cache = { list: () => [] } as unknown as CacheReader;
  return { clock, cancelled, source: createUsageSource({ tunnels, cache, clock }) };
}

test('a node that does not answer in time is left out', async (t) => {
  const { clock, cancelled, source } = open();
  const asked = source.nodes(new AbortController().signal);
  await Promise.resolve();
  clock.advance(3_000);
  t.like(await asked, [{ node: 'n1', cpuMilli: 120 }]);
  t.deepEqual(cancelled, ['n2']);
});

test('whoever asks in vain, or for nobody any more, leaves nothing open', async (t) => {
  const { clock, cancelled, source } = open();
  t.deepEqual(await source.nodes(AbortSignal.abort(new Error('gone'))), []);
  t.deepEqual(cancelled, ['n1', 'n2']);
  t.is(clock.pending, 0);
});
