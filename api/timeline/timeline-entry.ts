// One thing that happened, as the API tells it: `…/timeline`. Put together from what replicas and agents remember at the
// moment of the question, so it is no kind of the registry. Read-only.

/** What kind of thing happened. */
export type TimelineEntryType =
  /** An object was made, changed or deleted: a revision of etcd. */
  | 'change'
  /** A controller decided something and acted on it. */
  | 'plan'
  /** A container, sandbox or image on a node: created, started, ended, killed, not pulled. */
  | 'container'
  /** The verdict about a container by its probe became another. */
  | 'probe'
  /** What was told about an object in an Event and is known from nowhere else. */
  | 'event';

/** The object that it happened to; `namespace` is absent for a cluster-wide one. */
export interface TimelineObject {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  uid?: string;
}

/** One thing that happened. */
export interface TimelineEntry {
  /** The same whenever it is told, by whichever replica; not for people. */
  id: string;
  /**
   * A hybrid logical clock's reading, as text of fixed width: ordered as plain text, entries of an answer are in causal
   * order. It is the place in this answer: the same entry may have another stamp in the next one.
   */
  stamp: string;
  /** RFC 3339 with milliseconds, by the clock of the cluster: a node's wrong clock is put right. */
  time: string;
  type: TimelineEntryType;
  severity: 'Normal' | 'Warning';
  /** The machine or part where it happened: the name of a node, or `control-plane`. */
  where: string;
  /** Who did it: a user, `deployment-controller`, `scheduler`, `agent`; empty when nobody knows any more. */
  who: string;
  object: TimelineObject;
  /** A sentence. */
  what: string;
  /** Of a change: its revision in etcd. Changes are ordered by it. */
  revision?: number;
  /** Of anything else: the newest revision that had been seen by who did it. It comes behind that one. */
  seen?: number;
  /** The request that made the change; a plan has the one under which it wrote. */
  requestId?: string;
  /** The field manager of a change. */
  manager?: string;
  /** Of a change. */
  verb?: 'create' | 'update' | 'delete';
  /** Of a change: paths of the fields that are other than before, the first ones; never their values. */
  fields?: readonly string[];
  /** Of a plan: why, in sentences. */
  reasons?: readonly string[];
  /** Of a plan: what it did, in sentences. */
  actions?: readonly string[];
  /** Of a container or a probe. */
  container?: string;
  /** One word, as in Events and container statuses: `Started`, `OOMKilled`, `Unhealthy`. */
  reason?: string;
  /** Of a container that has ended. */
  exitCode?: number;
  /** How far the clock of `where` is ahead of the cluster's (behind: negative), told when it is more than half a second. */
  skewMs?: number;
}

/** How a node's clock stands to the cluster's. */
export interface TimelineClock {
  where: string;
  /** Ahead; behind: negative. */
  skewMs: number;
}

/** An answer: the entries in causal order, the oldest first. */
export interface TimelineList {
  kind: 'TimelineEntryList';
  apiVersion: string;
  metadata: Record<string, never>;
  /** Nodes whose clocks are more than half a second off. */
  clocks: readonly TimelineClock[];
  items: readonly TimelineEntry[];
}

/** A line of a watch. An entry that comes to light late is told late; its stamp says where it belongs. */
export type TimelineEvent =
  | { type: 'ADDED'; object: TimelineEntry }
  /**
   * All that was known when the watch began has been told; and now and then that the watch is alive. With what is missing,
   * in sentences.
   */
  | { type: 'BOOKMARK'; object: { clocks: readonly TimelineClock[]; warnings?: readonly string[] } };

/** Differences of clocks up to this are not worth a word, in milliseconds. */
export const SKEW_TOLD_MS = 500;

/** All that server and clients need to know of the resource. */
export const timelineResource = {
  group: 'gantry.dev',
  version: 'v1alpha1',
  kind: 'TimelineEntry',
  resource: 'timeline',
  namespaced: true,
} as const;
