// How a pod is treated when a node runs short: by what its containers request and may use.
import { compareQuantities } from '../../quantity.ts';
import type { Container } from './container.ts';
import type { PodSpec } from './pod-spec.ts';

const RESOURCES = ['cpu', 'memory'] as const;

/** Guaranteed: limits on all, equal to the requests. BestEffort: nothing asked for. Burstable: all between. */
export function qosClassOf(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (containers.every((container) => !asksForAnything(container))) return 'BestEffort';
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

function asksForAnything({ resources }: Container): boolean {
  return RESOURCES.some(
    (name) => isPositive(resources?.limits?.[name]) || isPositive(resources?.requests?.[name]),
  );
}

function isGuaranteed({ resources }: Container): boolean {
  return RESOURCES.every((name) => {
    const limit = resources?.limits?.[name];
    const request = resources?.requests?.[name] ?? limit;
    return isPositive(limit) && request !== undefined && compareQuantities(request, limit) === 0;
  });
}

function isPositive(amount: string | undefined): amount is string {
  return amount !== undefined && (compareQuantities(amount, '0') ?? 0) > 0;
}
