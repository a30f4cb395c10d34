// Which pods a Service selects, and which Services a pod concerns: found by an index of Services, so that 1,000 of them
// are not asked about every pod.
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import { selectorTerm, SELECTOR_INDEX, termsOf } from '../../cache/selector-index.ts';

/** The pods of a Service, in the order of their names; none without a selector. */
export function selectedPods(cache: CacheReader, { metadata, spec }: Service): readonly Pod[] {
  const selector = spec.selector ?? {};
  if (spec.type === 'ExternalName' || selectorTerm(metadata.namespace, selector) === undefined) return [];
  return cache.list(podKind, metadata.namespace).filter((pod) => selects(selector, pod));
}

/** The Services that select the object. */
export function servicesOf(cache: CacheReader, pod: AnyObject): Service[] {
  return termsOf(pod).flatMap((term) =>
    cache
      .byIndex(serviceKind, SELECTOR_INDEX, term)
      .filter(({ spec }) => spec.type !== 'ExternalName' && selects(spec.selector ?? {}, pod)),
  );
}

function selects(selector: Readonly<Record<string, string>>, { metadata }: AnyObject): boolean {
  const { labels = {} } = metadata;
  for (const key in selector) if (labels[key] !== selector[key]) return false;
  return true;
}
