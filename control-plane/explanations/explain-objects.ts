// All that can be said about why objects are as they are: what controllers have noted, what the scheduler and the
// agents have written on the pods, and what that means for the workloads. Reads only.
import { apiVersionOf, resourceIdOf, type KindDefinition } from '@gantry/api/definition';
import { explanationResource, type Explanation } from '@gantry/api/explanation';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import { timeText } from '@gantry/kit/time-text';
import type { CacheReader } from '../cache/cache.ts';
import { parseKey } from '../engine/pass.ts';
import { tellExplanation, type Explanations } from '../engine/explanations.ts';
import { podWait } from './pod-wait.ts';
import { waitingWorkloads, type FindKind } from './pods-not-ready.ts';

/** Where explanations come from. */
export interface ExplanationSources {
  cache: Pick<CacheReader, 'get' | 'list'>;
  kept: Pick<Explanations, 'leads' | 'all'>;
  find: FindKind;
}

/** Which objects are asked about. Empty: all. */
export interface ExplanationScope {
  namespace: string;
  kind: string;
  name: string;
}

/** An explanation with the kind of what it explains. */
export interface Explained {
  definition: KindDefinition;
  explanation: Explanation;
}

/** By namespace and object; what controllers say comes first. */
export function explainObjects(
  sources: ExplanationSources,
  scope: ExplanationScope,
  nowMs: number,
): Explained[] {
  return [...fromControllers(sources, scope, nowMs), ...fromPods(sources, scope)].sort(byObject);
}

function fromControllers(
  { cache, kept }: ExplanationSources,
  scope: ExplanationScope,
  nowMs: number,
): Explained[] {
  if (!kept.leads()) return [];
  return [...kept.all()].flatMap((one) => {
    const { definition, name: controller } = one.controller;
    const key = parseKey(one.key);
    if (!isInScope(scope, definition, key)) return [];
    const object = cache.get(definition, key);
    if (object === undefined) return [];
    const told = tellExplanation(one, nowMs);
    if (told.sentences.length === 0) return [];
    return [explained(definition, object, { controller, ...told, time: timeText(one.atMs) })];
  });
}

/** Any pod may tell of any workload, so all of the namespace are looked at. */
function fromPods({ cache, find }: ExplanationSources, scope: ExplanationScope): Explained[] {
  const waits = cache
    .list<Pod>(podKind, scope.namespace === '' ? undefined : scope.namespace)
    .flatMap((pod) => {
      const wait = podWait(pod);
      return wait === undefined ? [] : [{ pod, wait }];
    });
  const ofPods = waits
    .filter(({ pod }) => isInScope(scope, podKind, keyIn(pod)))
    .map(({ pod, wait }) => {
      const { says: controller, type, cause, sentence, since: time } = wait;
      return explained(podKind, pod, { controller, reasons: [{ type, cause }], sentences: [sentence], time });
    });
  const ofWorkloads = waitingWorkloads(waits, cache, find)
    .filter(({ definition, object }) => isInScope(scope, definition, keyIn(object)))
    .map(({ definition, object, reasons, sentences, since: time }) =>
      explained(definition, object, { controller: 'pods', reasons, sentences, time }),
    );
  return [...ofPods, ...ofWorkloads];
}

const keyIn = ({ metadata: { namespace = '', name = '' } }: AnyObject) => ({ namespace, name });

function isInScope(
  scope: ExplanationScope,
  { kind }: KindDefinition,
  { namespace, name }: { namespace: string; name: string },
): boolean {
  const fits = (wanted: string, actual: string): boolean => wanted === '' || wanted === actual;
  return fits(scope.namespace, namespace) && fits(scope.kind, kind) && fits(scope.name, name);
}

function explained(
  definition: KindDefinition,
  object: AnyObject,
  said: Pick<Explanation, 'controller' | 'reasons' | 'sentences' | 'time'>,
): Explained {
  const { name = '', namespace, uid, labels } = object.metadata;
  const within = namespace === undefined ? {} : { namespace };
  const explanation: Explanation = {
    apiVersion: apiVersionOf(explanationResource),
    kind: explanationResource.kind,
    metadata: {
      name: `${name}.${resourceIdOf(definition)}.${said.controller}`,
      ...within,
      creationTimestamp: said.time,
      ...(labels === undefined ? {} : { labels }),
    },
    involvedObject: {
      apiVersion: apiVersionOf(definition),
      kind: definition.kind,
      ...within,
      name,
      ...(uid === undefined ? {} : { uid }),
    },
    ...said,
  };
  return { definition, explanation };
}

/** Stable, so that of one object the controllers stay first. */
function byObject(a: Explained, b: Explained): number {
  const [one, two] = [idOf(a), idOf(b)];
  return one < two ? -1 : Number(one > two);
}

function idOf({ explanation: { involvedObject } }: Explained): string {
  const { namespace = '', kind, name } = involvedObject;
  return `${namespace} ${kind} ${name} `;
}
