// Sees every state that the pods of a namespace go through, by a watch: what holds between two polls is seen too.
import type { WatchEvent } from '@gantry/api/client';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { until } from './until.ts';
import type { World } from './world.ts';

const PAUSE_MS = 200;

/** Shows each state from before the task is begun until it has ended; after a watch that breaks it starts again from a list. */
export async function followPods(
  world: World,
  onState: (pods: readonly Pod[]) => void,
  task: () => Promise<void>,
): Promise<void> {
  const end = new AbortController();
  let seen = 0;
  const followed = follow(world, end.signal, (pods) => {
    seen += 1;
    onState(pods);
  });
  try {
    await until(world, 'a first state', () => Promise.resolve(seen > 0 ? true : undefined));
    await task();
  } finally {
    end.abort();
    await followed;
  }
}

async function follow(
  world: World,
  signal: AbortSignal,
  onState: (pods: readonly Pod[]) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const pods of statesOf(world, signal)) onState(pods);
    } catch {
      // Begun anew, or over.
    }
    await world.sleep(PAUSE_MS);
  }
}

async function* statesOf({ client, namespace }: World, signal: AbortSignal): AsyncGenerator<Pod[]> {
  const { items, resourceVersion } = await client.list<Pod>(podKind, { namespace, signal });
  const pods = new Map(items.map((pod) => [pod.metadata.uid, pod]));
  yield [...pods.values()];
  for await (const event of client.watch<Pod>(podKind, { namespace, resourceVersion, signal })) {
    if (event.type === 'BOOKMARK') continue;
    note(pods, event);
    yield [...pods.values()];
  }
}

function note(pods: Map<string | undefined, Pod>, { type, object }: WatchEvent<Pod>): void {
  if (type === 'DELETED') pods.delete(object.metadata.uid);
  else pods.set(object.metadata.uid, object);
}
