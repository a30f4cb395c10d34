// What a pod's priority class says: looked up once, when the pod is made, and written into the pod. And what keeps the
// classes in order: one default at most, those of the system stay.
import {
  priorityClassKind,
  SYSTEM_PRIORITY_CLASSES,
  USER_PRIORITY_MAX,
} from '@gantry/api/kinds/priority-class';
import type { PriorityClass } from '@gantry/api/kinds/priority-class';
import type { AnyObject } from '@gantry/api/meta';
import type { CacheReader } from '../cache/cache.ts';
import type { AdmissionStep, Rejection } from './admission.ts';

interface PodLike {
  priorityClassName?: string;
  priority?: number;
  preemptionPolicy?: 'PreemptLowerPriority' | 'Never';
}

/** What a class gives to a pod. */
type Given = Pick<PriorityClass, 'value' | 'preemptionPolicy'>;

/** Unlike Kubernetes, a pod may give its priority as a number. Not one by which it could oust pods of the system. */
const TOO_HIGH = `spec.priority may be at most ${USER_PRIORITY_MAX} without a PriorityClass of the system`;

export const podPriority: AdmissionStep = {
  name: 'pod-priority',
  resourceIds: ['pods'],
  verbs: ['create'],
  admit({ object, cache }): Rejection | undefined {
    const spec = object['spec'] as PodLike;
    const name = spec.priorityClassName ?? '';
    if (name === '' && spec.priority !== undefined) {
      if (spec.priority > USER_PRIORITY_MAX) return { forbidden: TOO_HIGH };
      spec.preemptionPolicy ??= 'PreemptLowerPriority';
      return undefined;
    }
    const chosen = name === '' ? defaultClass(cache) : classNamed(name, cache);
    if (chosen === undefined) return { forbidden: `no PriorityClass with name ${name} was found` };
    if (spec.priority !== undefined && spec.priority !== chosen.value) {
      return {
        forbidden: `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${chosen.value} from the given PriorityClass name`,
      };
    }
    if (chosen.name !== '') spec.priorityClassName = chosen.name;
    spec.priority = chosen.value;
    spec.preemptionPolicy ??= chosen.preemptionPolicy ?? 'PreemptLowerPriority';
    return undefined;
  },
};

/** Those of the system are known without being looked up: they must do even while the cache is behind. */
function classNamed(name: string, cache: CacheReader): (Given & { name: string }) | undefined {
  const system = SYSTEM_PRIORITY_CLASSES[name];
  if (system !== undefined) return { name, value: system };
  const found = cache.get<PriorityClass>(priorityClassKind, { namespace: '', name });
  return found === undefined ? undefined : { ...givenBy(found), name };
}

/** Should there be several, the lowest is taken, as in Kubernetes. */
function defaultClass(cache: CacheReader): Given & { name: string } {
  const [lowest] = cache
    .list<PriorityClass>(priorityClassKind)
    .filter(({ globalDefault }) => globalDefault === true)
    .toSorted((a, b) => a.value - b.value);
  return lowest === undefined
    ? { name: '', value: 0 }
    : { ...givenBy(lowest), name: lowest.metadata.name ?? '' };
}

function givenBy({ value, preemptionPolicy }: PriorityClass): Given {
  return preemptionPolicy === undefined ? { value } : { value, preemptionPolicy };
}

export const onePriorityDefault: AdmissionStep = {
  name: 'one-priority-default',
  resourceIds: ['priorityclasses.scheduling.k8s.io'],
  verbs: ['create', 'update'],
  admit({ object, cache }): Rejection | undefined {
    if (object['globalDefault'] !== true) return undefined;
    const other = cache
      .list<PriorityClass>(priorityClassKind)
      .find(
        ({ globalDefault, metadata }) => globalDefault === true && metadata.name !== object.metadata.name,
      );
    if (other === undefined) return undefined;
    return {
      forbidden: `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
    };
  },
};

export const protectedPriorityClasses: AdmissionStep = {
  name: 'protected-priority-classes',
  resourceIds: ['priorityclasses.scheduling.k8s.io'],
  verbs: ['delete'],
  admit: ({ object }) =>
    SYSTEM_PRIORITY_CLASSES[object.metadata.name ?? ''] === undefined
      ? undefined
      : { forbidden: 'this is a system priority class and cannot be deleted' },
};

/** The classes of the system as objects, for the start. */
export function systemPriorityClasses(): AnyObject[] {
  const when: Readonly<Record<string, string>> = {
    'system-cluster-critical':
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
    'system-node-critical': 'Used for system critical pods that must not be moved from their current node.',
  };
  return Object.entries(SYSTEM_PRIORITY_CLASSES).map(([name, value]) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description: when[name],
  }));
}
