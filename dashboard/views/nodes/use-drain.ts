// Carries a drain out from this page: closes the node, then evicts its pods, a bounded number at a time.
import { evictionOf } from '@gantry/api/drain-plan';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { mapBounded } from '@gantry/kit/map-bounded';
import { useState } from 'preact/hooks';
import type { Outcome } from '../../request/request.ts';
import { objectPath, RESOURCES } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';
import { drainedPods, withState, type DrainedPod } from './drain-progress.ts';
import { useClosing } from './node-actions.tsx';

/** As many evictions are on their way at a time as with `gantry drain`. */
const EVICTIONS_AT_ONCE = 16;

/** A drain. */
export interface Drain {
  /** Undefined before it has begun. */
  pods: readonly DrainedPod[] | undefined;
  /** Resolves when all evictions have been answered; pods go in their own time. */
  begin: (leaving: readonly Pod[]) => Promise<Outcome<unknown>>;
}

/** The drain of a node. */
export function useDrain(node: Node): Drain {
  const { request } = usePage();
  const setClosed = useClosing(node);
  const [pods, setPods] = useState<readonly DrainedPod[] | undefined>(undefined);
  const tell = (uid: string, state: DrainedPod['state']): void =>
    setPods((known) => (known === undefined ? known : withState(known, uid, state)));
  const evict = async (pod: Pod): Promise<void> => {
    const { namespace, name = '', uid = '' } = pod.metadata;
    const outcome = await request(`${objectPath(RESOURCES.pods, namespace, name)}/eviction`, {
      method: 'POST',
      body: evictionOf(pod),
    });
    // Gone already is as good.
    const good = outcome.ok || outcome.code === 404;
    tell(uid, good ? { type: 'asked' } : { type: 'refused', why: outcome.message });
  };
  return {
    pods,
    async begin(leaving) {
      const closed = await setClosed(true);
      if (!closed.ok) return closed;
      setPods(drainedPods(leaving));
      await mapBounded(leaving, EVICTIONS_AT_ONCE, evict);
      return closed;
    },
  };
}
