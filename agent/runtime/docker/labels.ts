// What the node writes on all that it makes in an engine, and how it reads it back. Several nodes may share one
// engine: nothing without this node's label is ever looked at.

/** Label keys. Values are plain text. */
export const LABEL = {
  node: 'gantry.dev/node',
  kind: 'gantry.dev/kind',
  podUid: 'gantry.dev/pod-uid',
  podName: 'gantry.dev/pod-name',
  podNamespace: 'gantry.dev/pod-namespace',
  container: 'gantry.dev/container',
  attempt: 'gantry.dev/attempt',
  specHash: 'gantry.dev/spec-hash',
  sandbox: 'gantry.dev/sandbox',
  image: 'gantry.dev/image',
  /** `true` on a sandbox that was made ahead, for no pod in particular. */
  pooled: 'gantry.dev/pooled',
  /** On a container in a pooled sandbox: the hostname that it must have, whatever the sandbox says. */
  hostname: 'gantry.dev/hostname',
} as const;

/** What a labelled container is for. */
export type OwnedKind = 'sandbox' | 'init' | 'app';

/** The engine's filter for all that belongs to `nodeName`. */
export function nodeFilter(nodeName: string): { label: string[] } {
  return { label: [`${LABEL.node}=${nodeName}`] };
}
