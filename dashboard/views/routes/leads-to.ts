// What leads to a Service: routes, Ingresses and splits that name it. Pure.
import type { HTTPRoute } from '@gantry/api/kinds/http-route';
import type { Ingress } from '@gantry/api/kinds/ingress';
import type { ObjectMeta } from '@gantry/api/meta';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { ingressSentences, routeSentences, splitSentences, type RouteSentence } from './route-sentences.ts';

/** An object that leads there, and by which of its rules. */
export interface Lead {
  word: 'httproutes' | 'ingresses' | 'trafficsplits';
  kind: string;
  namespace: string;
  name: string;
  sentences: readonly RouteSentence[];
}

/** What is searched. */
export interface Leading {
  routes: readonly HTTPRoute[];
  ingresses: readonly Ingress[];
  splits: readonly TrafficSplit[];
}

/** Those that name the Service; a split of the Service itself with all its rules, since all of them decide over it. */
export function leadsTo(
  { namespace, name }: { namespace: string; name: string },
  { routes, ingresses, splits }: Leading,
): Lead[] {
  const lead = (
    word: Lead['word'],
    kind: string,
    { metadata }: { metadata: ObjectMeta },
    sentences: readonly RouteSentence[],
    isWhole = false,
  ): Lead[] => {
    const own = metadata.namespace ?? '';
    const named = sentences.filter(({ targets }) =>
      targets.some((target) => target.service === name && (target.namespace ?? own) === namespace),
    );
    if (!isWhole && named.length === 0) return [];
    return [
      { word, kind, namespace: own, name: metadata.name ?? '', sentences: isWhole ? sentences : named },
    ];
  };
  return [
    ...splits.flatMap((split) => {
      if (split.metadata.namespace !== namespace) return [];
      return lead('trafficsplits', 'TrafficSplit', split, splitSentences(split), split.spec.service === name);
    }),
    ...routes.flatMap((route) => lead('httproutes', 'HTTPRoute', route, routeSentences(route))),
    ...ingresses.flatMap((ingress) => lead('ingresses', 'Ingress', ingress, ingressSentences(ingress))),
  ];
}
