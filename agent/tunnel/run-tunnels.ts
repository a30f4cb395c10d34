// Keeps a tunnel to every replica of the control plane: the first through the address that the agent was given, the others to
// the replicas that it is told of. Each reconnects by itself; one that is gone for good is dropped when another one says so.
import { childAbort } from '@gantry/kit/child-abort';
import type { ReplicaNews } from '@gantry/kit/tunnel/replica-news';
import { directTunnels } from './direct-tunnels.ts';
import { runTunnelClient, type TunnelClientDeps } from './tunnel-client.ts';

export interface TunnelsDeps extends Omit<TunnelClientDeps, 'onReplicas' | 'onAway'> {
  /** `host:port` of those that are known from before: they are dialled when the given address leads nowhere. */
  replicas?: readonly string[];
  /** A replica has told which there are. */
  onServers?: (replicas: readonly string[]) => void;
}

/** Keeps them until the signal is aborted. */
export async function runTunnels(deps: TunnelsDeps, signal: AbortSignal): Promise<void> {
  const { server, logger, onServers } = deps;
  const directs = new Map<string, () => void>();
  const running = new Set<Promise<void>>();
  let reached: string | undefined;
  let replicas: readonly string[] = deps.replicas ?? [];
  const hear = (news: ReplicaNews): void => {
    // A replica that has lost its store may know of none: then what was known before is better.
    if (news.replicas.length === 0) return;
    replicas = news.replicas;
    onServers?.(replicas);
  };
  const keepInStep = (): void => {
    const wanted = new Set(signal.aborted ? [] : directTunnels({ server, reached, replicas }));
    for (const [replica, end] of directs) {
      if (wanted.has(replica)) continue;
      end();
      directs.delete(replica);
    }
    for (const replica of wanted) if (!directs.has(replica)) directs.set(replica, dial(replica));
  };
  const dial = (replica: string): (() => void) => {
    logger.info('another replica of the control plane is dialled', { replica });
    const own = childAbort(signal);
    const onReplicas = (news: ReplicaNews): void => {
      hear(news);
      keepInStep();
    };
    const at = { ...deps, server: `${new URL(server).protocol}//${replica}`, onReplicas };
    const run = runTunnelClient(at, own.signal).finally(() => {
      own.release();
      running.delete(run);
    });
    running.add(run);
    return () => own.abort();
  };
  await runTunnelClient(
    {
      ...deps,
      onReplicas(news) {
        hear(news);
        reached = news.self;
        keepInStep();
      },
      onAway() {
        reached = undefined;
        keepInStep();
      },
    },
    signal,
  );
  await Promise.all(running);
}
