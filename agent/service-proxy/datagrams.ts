// Ports of Services that carry datagrams. HAProxy speaks no UDP: the kernel leads each flow to a pod by itself, by rules
// that are made of this. Pure.

/** One UDP port of a Service. */
export interface DatagramService {
  /** `udp:namespace/name/port`, the port by number. */
  readonly key: string;
  readonly clusterIP: string;
  readonly port: number;
  readonly nodePort?: number;
  /** A client's flows go to one pod for as long as the pods are the same. */
  readonly isSticky: boolean;
  readonly targets: readonly Target[];
}

/** Checked before it comes here. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/**
 * Targets that no Service leads to any more. A flow that the kernel knows goes on to the pod that it began with, though
 * that has gone: it has to be forgotten.
 *
 * @param before as {@link targetWords} gave them.
 */
export function leftTargets(before: Iterable<string>, services: readonly DatagramService[]): Target[] {
  const now = new Set(targetWords(services));
  return [...new Set(before)]
    .filter((word) => !now.has(word))
    .map((word) => {
      const at = word.lastIndexOf(':');
      return { address: word.slice(0, at), port: Number(word.slice(at + 1)) };
    });
}

/** All targets as `address:port`, each once. */
export function targetWords(services: readonly DatagramService[]): string[] {
  return [
    ...new Set(services.flatMap(({ targets }) => targets.map(({ address, port }) => `${address}:${port}`))),
  ];
}
