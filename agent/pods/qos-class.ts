// How a pod is treated when memory is short, by Kubernetes' rule. Pure.
import { compareQuantities } from '@gantry/api/quantity';
import type { Pod, PodStatus } from '@gantry/api/kinds/pod';

const RESOURCES = ['cpu', 'memory'] as const;

export function qosClassOf(pod: Pod): NonNullable<PodStatus['qosClass']> {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map((one) => one.resources ?? {});
  const isNothingSet = all.every(({ limits = {}, requests = {} }) =>
    RESOURCES.every((name) => isZero(limits[name]) && isZero(requests[name])),
  );
  if (isNothingSet) return 'BestEffort';
  const isAllFixed = all.every(({ limits = {}, requests = {} }) =>
    RESOURCES.every((name) => {
      const limit = limits[name];
      return limit !== undefined && !isZero(limit) && compareQuantities(requests[name] ?? limit, limit) === 0;
    }),
  );
  return isAllFixed ? 'Guaranteed' : 'Burstable';
}

function isZero(quantity: string | undefined): boolean {
  return quantity === undefined || compareQuantities(quantity, '0') === 0;
}
