// What the control plane may ask of a node through the tunnel that the agent opened.
import type { Duplex, Readable, Writable } from 'node:stream';
import type { TrafficReport } from '@gantry/api/service-traffic';
import type { NodeReport } from '@gantry/api/timeline/node-report';
import type { TunnelTimelineOptions } from '@gantry/kit/tunnel/tunnel-request';
import type { ContainerUsage } from '../runtime/runtime.ts';

export interface PodContainerRef {
  namespace: string;
  pod: string;
  podUid: string;
  container: string;
}

export interface StreamSet {
  stdin?: Readable;
  stdout?: Writable;
  stderr?: Writable;
  resize?: AsyncIterable<{ width: number; height: number }>;
}

/** Implemented by the agent's pod side; called by the tunnel client. Errors: OperationalError, `not-found` and others. */
export interface NodeServices {
  logs(
    ref: PodContainerRef,
    options: {
      follow: boolean;
      previous: boolean;
      timestamps: boolean;
      tailLines?: number;
      sinceMs?: number;
      limitBytes?: number;
    },
    out: Writable,
    signal: AbortSignal,
  ): Promise<void>;
  /** @returns the exit code. */
  exec(
    ref: PodContainerRef,
    options: { command: readonly string[]; tty: boolean },
    streams: StreamSet,
    signal: AbortSignal,
  ): Promise<number>;
  attach(
    ref: PodContainerRef,
    options: { tty: boolean },
    streams: StreamSet,
    signal: AbortSignal,
  ): Promise<void>;
  /** A connection to what listens on this port inside the pod; each half ends by itself. */
  connectPort(ref: Omit<PodContainerRef, 'container'>, port: number, signal: AbortSignal): Promise<Duplex>;
  /** Usage of all containers and of the node itself. */
  usage(): Promise<{
    node: { cpuMilli: number; memoryBytes: number; atMs: number };
    containers: ContainerUsage[];
  }>;
  /** What went through Services since the agent started; undefined where nobody counts. */
  traffic(): Promise<TrafficReport | undefined>;
  /** All that the node counts, in Prometheus' form. */
  metrics(): Promise<string>;
  /** What happened to pods here, as far as it is remembered. */
  timeline(options: TunnelTimelineOptions): NodeReport;
}
