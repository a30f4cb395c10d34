// Picks the reasons of a plan: what keeps pods from getting connections. Pure.
import type { PlanInputs } from '../../engine/controller.ts';
import { isDeleting } from '../pod-condition.ts';
import { hindranceOf } from './endpoints.ts';
import type { ObservedService } from './observe.ts';
import { unknownPorts } from './pod-ports.ts';
import { NAMES_MAX, type ServiceReason } from './reasons.ts';

/** @param changes how many slices the plan changes. */
export function reasonsFor(
  { service, pods }: ObservedService,
  changes: number,
  { failure }: PlanInputs,
): ServiceReason[] {
  const { spec } = service;
  if (isDeleting(service)) return [{ type: 'being-deleted' }];
  if (spec.type === 'ExternalName') return [{ type: 'external-name' }];
  const selector = Object.entries(spec.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  if (selector.length === 0) return [{ type: 'no-selector' }];
  const hindered = grouped(pods.flatMap((pod) => pairOf(hindranceOf(pod, service), pod.metadata.name)));
  const lacking = grouped(
    pods.flatMap((pod) => unknownPorts(pod, service).flatMap((port) => pairOf(port, pod.metadata.name))),
  );
  return [
    ...(failure === undefined ? [] : [{ type: 'changes-refused' as const, message: failure.message }]),
    ...(changes === 0 ? [] : [{ type: 'writing-slices' as const, count: changes }]),
    ...(pods.length === 0 ? [{ type: 'no-pods' as const, selector: selector.join(',') }] : []),
    ...[...hindered].map(([cause, names]) => ({ type: 'pods-left-out' as const, cause, ...counts(names) })),
    ...[...lacking].map(([port, names]) => ({ type: 'port-not-found' as const, port, ...counts(names) })),
  ];
}

function pairOf<T extends string>(what: T | undefined, name = ''): [T, string][] {
  return what === undefined ? [] : [[what, name]];
}

function grouped<T>(pairs: readonly [T, string][]): Map<T, string[]> {
  const groups = new Map<T, string[]>();
  for (const [what, name] of pairs) {
    const names = groups.get(what);
    if (names === undefined) groups.set(what, [name]);
    else names.push(name);
  }
  return groups;
}

const counts = (names: readonly string[]): { count: number; names: readonly string[] } => ({
  count: names.length,
  names: names.slice(0, NAMES_MAX),
});
