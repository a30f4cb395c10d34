import test from 'ava';
import type { KindDefinition } from '@gantry/api/definition';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { leaseKind } from '@gantry/api/kinds/lease';
import { HybridClock } from '@gantry/kit/hybrid-clock';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import type { CacheEvent } from '../cache/cache.ts';
import { TimelineMemory } from './timeline-memory.ts';

test('who made a change is known however many heartbeats come after it', (t) => {
  const clock = new VirtualClock(0);
  const memory = new TimelineMemory({ clock, hybrid: new HybridClock(clock, 'one') });
  const listeners = new Map<KindDefinition, (event: CacheEvent) => void>();
  memory.follow({
    onEvent: (definition, listener) => {
      listeners.set(definition, listener);
      return () => undefined;
    },
  });
  const by = (user: string) => ({ user, requestId: '', manager: '' });
  const metadata = { namespace: 'a', name: 'settings' };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
  listeners.get(configMapKind)?.({ type: 'ADDED', object, revision: 1 });
  memory.wrote(configMapKind, metadata, 1, by('alice'));
  const lease = { namespace: 'kube-node-lease', name: 'n1' };
  for (let revision = 2; revision < 30_000; revision += 1) {
    memory.wrote(leaseKind, lease, revision, by('system:node:n1'));
  }
  t.deepEqual(
    memory.records().map(({ entry }) => entry.who),
    ['alice'],
  );
});
