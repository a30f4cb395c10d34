// Why a pod is not where it should be: a closed union, for Events, logs and tests. Pure. A reason lasts as long as
// what it names; who tells the user compares with the reasons of the pass before.
import { isInTraffic } from '@gantry/api/traffic-mark';
import { podResolvConf, type ResolvConfIssue } from '../dns/resolv-conf.ts';
import type { ContainerFacts, PodFacts } from './container-facts.ts';
import type { Observed } from './observed.ts';
import { resolveStart, hasImage, waitOf } from './start-steps.ts';
import { containersToStart, wantedVolumes } from './running-steps.ts';
import type { Verdict } from './verdict.ts';

export type Reason =
  | { type: 'restart-back-off'; container: string; attempt: number; delayMs: number }
  | { type: 'image-failed'; container: string; image: string; code: string; message: string; count: number }
  | { type: 'reference-missing'; container: string; message: string }
  | { type: 'volume-missing'; message: string }
  | { type: 'step-failed'; subject: string; code: string; message: string; count: number }
  | { type: 'start-failed'; container: string; attempt: number; message: string }
  | { type: 'out-of-memory'; container: string; containerId: string; exitCode: number; limit: string }
  /** Its resolv.conf would be larger than resolvers take. */
  | { type: 'resolv-conf-cut'; what: ResolvConfIssue['type'] }
  | { type: 'sandbox-gone' }
  | { type: 'deadline-exceeded'; message: string }
  | { type: 'traffic-goes-on' };

export function reasonsOf(observed: Observed, facts: PodFacts, verdict: Verdict): Reason[] {
  const all = [...facts.init, ...facts.app];
  const reasons: Reason[] = [
    ...all.flatMap(outOfMemory),
    ...all.flatMap(startFailed),
    ...failedSteps(observed),
  ];
  if (verdict.failure?.reason === 'DeadlineExceeded') {
    reasons.push({ type: 'deadline-exceeded', message: verdict.failure.message });
  }
  if (isStoppedInTraffic(observed)) reasons.push({ type: 'traffic-goes-on' });
  if (observed.ending !== undefined || verdict.phase === 'Succeeded' || verdict.phase === 'Failed')
    return reasons;
  return [...reasons, ...waits(observed, facts)];
}

/** The wait is over, and nobody has said that no connections come any more. */
function isStoppedInTraffic({ ending, pod, nowMs }: Observed): boolean {
  const { holdUntilMs = Infinity, cause } = ending ?? {};
  return cause === 'deleted' && nowMs >= holdUntilMs && isInTraffic(pod);
}

function waits(observed: Observed, facts: PodFacts): Reason[] {
  const reasons: Reason[] = [];
  if (facts.staleSandboxes.length > 0) reasons.push({ type: 'sandbox-gone' });
  const volumes = wantedVolumes(observed);
  if (volumes.outcome === 'missing') reasons.push({ type: 'volume-missing', message: volumes.message });
  const toStart = containersToStart(observed, facts);
  if (toStart.length > 0) reasons.push(...resolvConfCut(observed));
  for (const one of toStart) {
    reasons.push(...backOff(observed, one), ...referenceMissing(observed, facts, one));
  }
  return reasons;
}

function resolvConfCut({ pod, node }: Observed): Reason[] {
  const issues = node.dns === undefined ? [] : (podResolvConf(pod, node.dns)?.issues ?? []);
  return issues.map(({ type }) => ({ type: 'resolv-conf-cut', what: type }));
}

function backOff(observed: Observed, one: ContainerFacts): Reason[] {
  const { dueAtMs, delayMs } = waitOf(one);
  if (delayMs === 0 || observed.nowMs >= dueAtMs) return [];
  return [{ type: 'restart-back-off', container: one.name, attempt: one.nextAttempt, delayMs }];
}

function referenceMissing(observed: Observed, facts: PodFacts, one: ContainerFacts): Reason[] {
  if (facts.sandbox === undefined || !hasImage(observed, one)) return [];
  const resolved = resolveStart(observed, facts, one);
  if (resolved.outcome !== 'missing') return [];
  return [{ type: 'reference-missing', container: one.name, message: resolved.message }];
}

function outOfMemory({ current, ended, name, spec }: ContainerFacts): Reason[] {
  if (current?.oomKilled !== true || ended === undefined) return [];
  const limit = spec.resources?.limits?.['memory'] ?? '';
  return [
    { type: 'out-of-memory', container: name, containerId: current.id, exitCode: ended.exitCode, limit },
  ];
}

function startFailed({ current, startFailure, name, nextAttempt }: ContainerFacts): Reason[] {
  const message = startFailure?.message ?? current?.error;
  return message === undefined
    ? []
    : [{ type: 'start-failed', container: name, attempt: nextAttempt - 1, message }];
}

function failedSteps(observed: Observed): Reason[] {
  const images = new Map(
    [...(observed.pod.spec.initContainers ?? []), ...observed.pod.spec.containers].map((one) => [
      `image:${one.name}`,
      one,
    ]),
  );
  return [...observed.memory.failures].flatMap(([subject, { code, message, count }]): Reason[] => {
    // Told as the start that failed; the same code of a sandbox is told here.
    if (code === 'container-start-failed' && subject.startsWith('container:')) return [];
    const container = images.get(subject);
    if (container === undefined) return [{ type: 'step-failed', subject, code, message, count }];
    const { name, image } = container;
    return [{ type: 'image-failed', container: name, image, code, message, count }];
  });
}
