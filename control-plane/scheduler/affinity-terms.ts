// What a pod's affinity terms and spread constraints select, read once per template.
import { fromLabelSelectorObject, matchesLabels } from '@gantry/api/label-selector';
import type { LabelSelectorObject } from '@gantry/api/label-selector';
import type { PodSpec } from '@gantry/api/kinds/pod';

/** A pod, or a class of pods, as a selector sees it. */
export interface Selectable {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A pod affinity term. Equal keys select the same pods over the same domains. */
export interface Term {
  readonly key: string;
  /** Label of nodes: nodes with the same value are one domain. */
  readonly topologyKey: string;
  readonly selects: (pod: Selectable) => boolean;
}

/** A topology spread constraint with its selector read. */
export interface SpreadTerm extends Term {
  readonly maxSkew: number;
}

/** Everything in a pod's spec that looks at other pods. */
export interface PodTerms {
  /** Required affinity. */
  readonly near: readonly Term[];
  /** Required anti-affinity. */
  readonly away: readonly Term[];
  /** Preferences; negative weights keep away. */
  readonly wishes: readonly { readonly term: Term; readonly weight: number }[];
  readonly spreadHard: readonly SpreadTerm[];
  readonly spreadSoft: readonly SpreadTerm[];
  /** Whether any of these is there: then the pod's own labels matter too. */
  readonly any: boolean;
}

type PodAffinity = NonNullable<NonNullable<PodSpec['affinity']>['podAffinity']>;
type AffinityTerm = NonNullable<PodAffinity['requiredDuringSchedulingIgnoredDuringExecution']>[number];
type Weighted = NonNullable<PodAffinity['preferredDuringSchedulingIgnoredDuringExecution']>;

const NONE: PodTerms = { near: [], away: [], wishes: [], spreadHard: [], spreadSoft: [], any: false };

/** Reads the terms of a pod in `namespace`. */
export function readTerms(spec: PodSpec, namespace: string): PodTerms {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  const constraints = spec.topologySpreadConstraints ?? [];
  if (podAffinity === undefined && podAntiAffinity === undefined && constraints.length === 0) return NONE;
  const read = (term: AffinityTerm): Term => readTerm(term, namespace);
  const weigh = (wishes: Weighted | undefined, sign: 1 | -1) =>
    (wishes ?? []).map(({ podAffinityTerm, weight }) => ({
      term: read(podAffinityTerm),
      weight: sign * weight,
    }));
  const spread = (manner: string): SpreadTerm[] =>
    constraints
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === manner)
      .map((constraint) => ({
        ...readTerm({ ...constraint, namespaces: [] }, namespace),
        maxSkew: constraint.maxSkew,
      }));
  return {
    near: (podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(read),
    away: (podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(read),
    wishes: [
      ...weigh(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution, 1),
      ...weigh(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution, -1),
    ],
    spreadHard: spread('DoNotSchedule'),
    spreadSoft: spread('ScheduleAnyway'),
    any: true,
  };
}

/** Without namespaces only the pod's own one counts. */
function readTerm(
  term: { topologyKey: string; labelSelector?: LabelSelectorObject; namespaces?: readonly string[] },
  ownNamespace: string,
): Term {
  const { topologyKey, labelSelector } = term;
  const selector = fromLabelSelectorObject(labelSelector);
  const named = term.namespaces ?? [];
  const namespaces = new Set(named.length === 0 ? [ownNamespace] : named);
  return {
    key: JSON.stringify([topologyKey, [...namespaces].sort(), labelSelector]),
    topologyKey,
    selects: ({ namespace, labels }) => namespaces.has(namespace) && matchesLabels(selector, labels),
  };
}
