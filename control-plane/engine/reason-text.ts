// Reasons as sentences, as of any later moment. Pure.
import type { Controller, Reason } from './controller.ts';

/** When a key whose pass did not go through is tried again. */
export interface Retry {
  /** `failed`: a change was refused or did not get through; `broke`: the controller itself cannot work on the object. */
  type: 'failed' | 'broke';
  /** Of the next try, in milliseconds since the epoch. */
  dueMs: number;
  message: string;
}

/** Details by whose names it is known how time changes them. */
const REMAINING: ReadonlySet<string> = new Set(['forMs', 'inMs']);
const ELAPSED: ReadonlySet<string> = new Set(['silentMs']);

/** A reason as a sentence: the controller's own words, or its type and details. */
export function describeReason(controller: Pick<Controller, 'describe'>, reason: Reason): string {
  if (controller.describe !== undefined) return controller.describe(reason);
  const { type, ...details } = reason;
  const told = Object.entries(details).map(([name, value]) => `${name}=${String(value)}`);
  return [type.replaceAll('-', ' '), ...told].join(' ');
}

/** The reason `elapsedMs` after it was given: what remained is less, what had passed is more. */
export function agedReason(reason: Reason, elapsedMs: number): Reason {
  const changed = Object.entries(reason).flatMap(([name, value]): [string, number][] => {
    if (typeof value !== 'number') return [];
    if (REMAINING.has(name)) return [[name, Math.max(0, value - elapsedMs)]];
    return ELAPSED.has(name) ? [[name, value + Math.max(0, elapsedMs)]] : [];
  });
  return changed.length === 0 ? reason : { ...reason, ...Object.fromEntries(changed) };
}

/** The next try as a reason; undefined once it was due. What the `others` have said is not said again. */
export function retryReason(
  { type, dueMs, message }: Retry,
  others: readonly Reason[],
  nowMs: number,
): { reason: Reason; sentence: string } | undefined {
  const inMs = dueMs - nowMs;
  if (inMs <= 0) return undefined;
  const reason = { type: type === 'failed' ? 'next-try' : 'set-aside', inMs, message };
  const inSeconds = `in ${Math.ceil(inMs / 1000)} s`;
  if (type === 'broke') {
    const bug = `a bug in Gantry keeps this object from being worked on (${message})`;
    return { reason, sentence: `${bug}; next try ${inSeconds}, or as soon as the object is changed` };
  }
  const told = others.some((other) => other['message'] === message);
  return { reason, sentence: told ? `next try ${inSeconds}` : `next try ${inSeconds}: ${message}` };
}
