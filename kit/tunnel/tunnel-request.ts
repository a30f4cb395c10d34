// What the control plane may ask of a node: the first frame of each stream.

import type { NodeNews } from './node-news.ts';
import type { ReplicaNews } from './replica-news.ts';

/** The path that agents dial. */
export const TUNNEL_PATH = '/gantry/v1/tunnel';

/** A container of a pod on the node. */
export interface TunnelContainerRef {
  namespace: string;
  pod: string;
  podUid: string;
  container: string;
}

/** A pod on the node. */
export type TunnelPodRef = Omit<TunnelContainerRef, 'container'>;

/** Which streams the client wants; with `tty`, output comes on stdout alone. */
export interface TunnelStreamOptions {
  tty: boolean;
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
}

export interface TunnelLogOptions {
  follow: boolean;
  previous: boolean;
  timestamps: boolean;
  tailLines?: number;
  /** Only lines after this time, milliseconds since the epoch. */
  sinceMs?: number;
  /** Only lines of the last so many seconds; the node's own clock decides, as it stamped the lines. */
  sinceSecondsAgo?: number;
  limitBytes?: number;
}

export interface TunnelTimelineOptions {
  namespace?: string;
  uids?: readonly string[];
}

/** A request. The result's value: exec: the exit code; usage: the figures; else nothing. */
export type TunnelRequest =
  | { kind: 'logs'; ref: TunnelContainerRef; options: TunnelLogOptions }
  | { kind: 'exec'; ref: TunnelContainerRef; options: TunnelStreamOptions & { command: readonly string[] } }
  | { kind: 'attach'; ref: TunnelContainerRef; options: TunnelStreamOptions }
  /** One TCP connection to a port of the pod: what the client sends is standard input, the answer standard output. */
  | { kind: 'port'; ref: TunnelPodRef; port: number }
  | { kind: 'usage' }
  /** No question: the replica tells who it is, and which replicas there are. Older agents pass it over. */
  | ({ kind: 'replicas' } & ReplicaNews)
  /** No question either: the agent's own node has become another. Older agents pass it over. */
  | ({ kind: 'node' } & NodeNews)
  /** The answer comes on stdout: JSON, or Prometheus' text. */
  | { kind: 'traffic' | 'metrics' }
  /** What the agent remembers of pods, as JSON on stdout: of one namespace, of these uids; of all where absent. */
  | ({ kind: 'timeline' } & TunnelTimelineOptions);
