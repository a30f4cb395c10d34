// What an agent remembers of its pods, as it tells the control plane through the tunnel: the one shape for both ends.
import { parseHybrid } from '@gantry/kit/hybrid-time';
import { isRecord } from '@gantry/kit/is-record';
import type { TimelineObject } from './timeline-entry.ts';

/** Something that happened on a node. */
export interface NodeRecord {
  /** Counts up within one start of the agent. */
  seq: number;
  /** A moment as text. */
  at: string;
  /** The revision of the pod that was acted on. */
  seen: number;
  type: 'container' | 'probe';
  severity: 'Normal' | 'Warning';
  object: TimelineObject;
  container?: string;
  reason: string;
  what: string;
  exitCode?: number;
}

/** All that was asked for, the oldest first. */
export interface NodeReport {
  /** Tells this start of the agent from others. */
  incarnation: string;
  /** The agent's time now. */
  now: string;
  /** How far the wall clock of the machine is ahead of the control plane's; behind: negative. */
  skewMs: number;
  records: readonly NodeRecord[];
}

/** Reads what an agent has sent; undefined when it is no report. Records that are none are left out. */
export function readNodeReport(value: unknown): NodeReport | undefined {
  if (!isRecord(value)) return undefined;
  const { incarnation, now, skewMs, records } = value;
  if (typeof incarnation !== 'string' || typeof now !== 'string' || typeof skewMs !== 'number') return undefined;
  if (!Array.isArray(records) || parseHybrid(now) === undefined) return undefined;
  return { incarnation, now, skewMs, records: records.filter(isNodeRecord) };
}

function isNodeRecord(value: unknown): value is NodeRecord {
  if (!isRecord(value) || !isRecord(value['object'])) return false;
  const { seq, at, seen, type, severity, reason, what, object } = value;
  const isPlaced = typeof seq === 'number' && typeof seen === 'number' && typeof at === 'string';
  const isNamed = ['apiVersion', 'kind', 'namespace', 'name'].every((key) => typeof object[key] === 'string');
  return (
    isPlaced &&
    isNamed &&
    parseHybrid(at) !== undefined &&
    (type === 'container' || type === 'probe') &&
    (severity === 'Normal' || severity === 'Warning') &&
    typeof reason === 'string' &&
    typeof what === 'string'
  );
}
