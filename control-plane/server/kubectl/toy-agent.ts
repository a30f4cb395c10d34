// Stands in for agents in tests of the API: every pod with a node runs and is ready at once, every pod that is
// being deleted goes at once.
import type { KindDefinition } from '@gantry/api/definition';
import { podKind } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import { keyOf } from '@gantry/api/meta';
import type { ControlPlane } from '../../control-plane.ts';
import type { WriteContext } from '../../resources/resources.ts';

const pods = podKind as unknown as KindDefinition;

const CONTEXT: WriteContext = {
  user: { name: 'toy-agent', groups: ['system:masters'] },
  fieldManager: 'toy-agent',
  fieldValidation: 'Ignore',
  dryRun: false,
  fence: [],
  requestId: 'toy',
  warn: () => undefined,
};

/** Starts it. @returns what stops it. */
export function startToyAgent({ cache, resources }: ControlPlane): () => void {
  return cache.onEvent(pods, ({ type, object }) => {
    if (type === 'DELETED') return;
    const done = act(object);
    // A pod that has changed or gone meanwhile comes again, or needs nothing.
    done?.catch(() => undefined);
  });

  function act(pod: AnyObject): Promise<unknown> | undefined {
    const { nodeName } = pod['spec'] as { nodeName?: string };
    if (nodeName === undefined) return undefined;
    if (pod.metadata.deletionTimestamp !== undefined) {
      return resources.delete(pods, keyOf(pod), { gracePeriodSeconds: 0 }, CONTEXT);
    }
    if ((pod['status'] as { phase?: string } | undefined)?.phase === 'Running') return undefined;
    return resources.update(
      pods,
      keyOf(pod),
      'status',
      (current) => ({ ...current, status: running(current) }),
      CONTEXT,
    );
  }
}

function running(pod: AnyObject): object {
  const at = pod.metadata.creationTimestamp ?? '';
  const { containers } = pod['spec'] as { containers: { name: string; image: string }[] };
  const before = (pod['status'] as { conditions?: { type: string }[] } | undefined)?.conditions ?? [];
  const ready = ['Initialized', 'Ready', 'ContainersReady'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: at,
  }));
  return {
    phase: 'Running',
    podIP: '10.244.0.9',
    podIPs: [{ ip: '10.244.0.9' }],
    hostIP: '10.0.0.1',
    startTime: at,
    conditions: [
      ...before.filter(({ type }) => !ready.some((condition) => condition.type === type)),
      ...ready,
    ],
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      imageID: image,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: at } },
    })),
  };
}
