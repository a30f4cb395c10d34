// Keeps the agent's copy of its own node in step: by what the tunnels tell of it, or by a watch while none does.
import type { Client } from '@gantry/api/client';
import { createInformer } from '@gantry/api/informer';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { isNotFound } from '@gantry/api/status-error';
import { backoffMs, type BackoffPolicy } from '@gantry/kit/backoff';
import { childAbort } from '@gantry/kit/child-abort';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Random } from '@gantry/kit/random';
import { untilAborted } from '@gantry/kit/until-aborted';
import type { NodeNewsFeed } from './node-news.ts';

export interface FollowNodeDeps {
  client: Pick<Client, 'get' | 'list' | 'watch'>;
  clock: Clock;
  random: Random;
  nodeName: string;
  /** Absent: there is a watch all the time. */
  nodeNews?: Pick<NodeNewsFeed, 'said' | 'onChange'> | undefined;
}

/** The copy, and what to do when it has become another. */
export interface NodeCopy {
  current(): Node | undefined;
  take(node: Node | undefined): void;
}

const RETRY: BackoffPolicy = { initialMs: 300, maxMs: 5_000, factor: 2, jitter: 0.3 };

/** Follows the node until the signal is aborted. */
export async function followNode(deps: FollowNodeDeps, copy: NodeCopy, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // Whatever is said meanwhile ends the wait below.
    const changed = childAbort(signal);
    const stop = deps.nodeNews?.onChange(() => changed.abort());
    const said = deps.nodeNews?.said();
    if (said === undefined) await watchNode(deps, copy, changed.signal);
    else await inStepWith(said, deps, copy, changed.signal);
    stop?.();
    changed.release();
  }
}

async function watchNode(deps: FollowNodeDeps, copy: NodeCopy, signal: AbortSignal): Promise<void> {
  const informer = createInformer({
    ...{ client: deps.client, definition: nodeKind, clock: deps.clock, random: deps.random },
    fieldSelector: `metadata.name=${deps.nodeName}`,
    onEvent: ({ type, object }) => copy.take(type === 'delete' ? undefined : object),
  });
  await informer.run(signal);
}

/** Reads the node unless the copy is what was said, then waits. */
async function inStepWith(
  said: string,
  deps: FollowNodeDeps,
  copy: NodeCopy,
  signal: AbortSignal,
): Promise<void> {
  const isInStep = (): boolean => (copy.current()?.metadata.resourceVersion ?? '') === said;
  for (let failures = 1; !signal.aborted && !isInStep(); failures += 1) {
    try {
      copy.take(await readNode(deps, signal));
      break;
    } catch {
      await sleep(deps.clock, backoffMs(RETRY, failures, deps.random), signal).catch(() => undefined);
    }
  }
  await untilAborted(new Promise<never>(() => undefined), signal).catch(() => undefined);
}

async function readNode(
  { client, nodeName }: FollowNodeDeps,
  signal: AbortSignal,
): Promise<Node | undefined> {
  try {
    return await client.get(nodeKind, { namespace: '', name: nodeName }, signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
