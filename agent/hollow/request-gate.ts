// A bound on the requests that the nodes of one process have under way together: so many nodes on one event loop would
// ask more at once than any control plane answers in time. Heartbeats go first: a busy node is not a dead one.
import type { Transport, TransportRequest } from '@gantry/api/client';

export interface RequestGate {
  /** The same transport, behind the gate. */
  behind(transport: Transport): Transport;
}

const HEARTBEAT = /^\/apis\/coordination\.k8s\.io\//;

/** Those who wait for a place, in the order in which they came. */
type Queue = Set<() => void>;

/** @param atOnce requests whose answer has not begun. */
export function createRequestGate(atOnce: number): RequestGate {
  let underWay = 0;
  const heartbeats: Queue = new Set();
  const others: Queue = new Set();
  /** The place goes to who waits, or is free. */
  const leave = (): void => {
    const queue = heartbeats.size > 0 ? heartbeats : others;
    const [next] = queue;
    if (next === undefined) {
      underWay -= 1;
      return;
    }
    queue.delete(next);
    next();
  };
  const enter = async ({ path, signal }: TransportRequest): Promise<void> => {
    signal?.throwIfAborted();
    if (underWay < atOnce) underWay += 1;
    else await turn(HEARTBEAT.test(path) ? heartbeats : others, signal);
  };
  return {
    behind: (transport) => async (request) => {
      await enter(request);
      try {
        return await transport(request);
      } finally {
        leave();
      }
    },
  };
}

/** @throws the signal's reason when it is aborted first. */
function turn(queue: Queue, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      queue.delete(onTurn);
      reject(signal?.reason as Error);
    };
    const onTurn = (): void => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    };
    queue.add(onTurn);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
