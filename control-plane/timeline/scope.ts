// Which objects a timeline is about: one object with what belongs to it by owner references, what it names, and what of it
// is gone by now; or a namespace; or all.
import { apiVersionOf, type KindDefinition } from '@gantry/api/definition';
import { analysisTemplateKind } from '@gantry/api/kinds/analysis-template';
import { clusterAnalysisTemplateKind } from '@gantry/api/kinds/cluster-analysis-template';
import { featureFlagKind, type FeatureFlag } from '@gantry/api/kinds/feature-flag';
import { nodeKind } from '@gantry/api/kinds/node';
import { serviceKind } from '@gantry/api/kinds/service';
import type { AnyObject } from '@gantry/api/meta';
import { kinds } from '@gantry/api/registry';
import { isRecord } from '@gantry/kit/is-record';
import type { CacheReader } from '../cache/cache.ts';
import { DEPENDENTS_INDEX } from '../cache/indexes.ts';
import type { TimelineRecord } from './timeline-record.ts';

/** One object. */
export interface ScopeTarget {
  definition: KindDefinition;
  namespace: string;
  name: string;
}

/** What a timeline is about. */
export interface Scope {
  /** Objects that there are now. */
  objects: readonly AnyObject[];
  /** Picks the records that belong to it, those of objects that are gone by now too. */
  pick(records: readonly TimelineRecord[]): TimelineRecord[];
}

/** Objects followed from one; more are left out. */
const OBJECTS_MAX = 20_000;
/** Values of a spec looked through for names. */
const VALUES_MAX = 5_000;
/** Owners above owners above owners. */
const ROUNDS_MAX = 8;

/** The scope of one object. It need not be there any more. */
export function objectScope(cache: CacheReader, target: ScopeTarget): Scope {
  const found = cache.get(target.definition, { namespace: target.namespace, name: target.name });
  const objects = found === undefined ? [] : withDependents(cache, [found, ...namedBy(cache, found)]);
  const named = nameKey(target.definition, target);
  return {
    objects,
    pick(records) {
      const uids = new Set(objects.map(({ metadata }) => metadata.uid ?? ''));
      const isNamed = ({ entry: { object } }: TimelineRecord): boolean =>
        `${object.kind} ${object.namespace ?? ''}/${object.name}` === named;
      for (const record of records.filter(isNamed)) uids.add(record.entry.object.uid ?? '');
      uids.delete('');
      const isOf = ({ entry, owners }: TimelineRecord): boolean =>
        uids.has(entry.object.uid ?? '') || owners.some((uid) => uids.has(uid));
      for (let round = 0, before = -1; round < ROUNDS_MAX && before < uids.size; round += 1) {
        before = uids.size;
        for (const record of records) if (isOf(record)) uids.add(record.entry.object.uid ?? '');
        uids.delete('');
      }
      const isOnNode = ({ entry }: TimelineRecord): boolean =>
        target.definition === nodeKind && entry.where === target.name;
      return records.filter((record) => isOf(record) || isNamed(record) || isOnNode(record));
    },
  };
}

/** The scope of a namespace, or of all. */
export function namespaceScope(namespace: string): Scope {
  return {
    objects: [],
    pick: (records) =>
      namespace === ''
        ? [...records]
        : records.filter(({ entry: { object } }) => {
            const isItself = object.namespace === undefined && object.kind === 'Namespace' && object.name === namespace;
            return object.namespace === namespace || isItself;
          }),
  };
}

const nameKey = ({ kind, namespaced }: KindDefinition, { namespace, name }: ScopeTarget): string =>
  `${kind} ${namespaced ? namespace : ''}/${name}`;

function withDependents(cache: CacheReader, first: readonly AnyObject[]): AnyObject[] {
  const found = new Map(first.map((object) => [object.metadata.uid ?? '', object]));
  // A map hands out what is added to it while it is gone through.
  for (const uid of found.keys()) {
    if (found.size >= OBJECTS_MAX) break;
    for (const definition of kinds) {
      for (const object of cache.byIndex(definition, DEPENDENTS_INDEX, uid)) {
        found.set(object.metadata.uid ?? '', object);
      }
    }
  }
  return [...found.values()];
}

/** By the names of the fields in which a strategy names other objects. */
const NAMING: Readonly<Record<string, readonly KindDefinition[]>> = {
  stableService: [serviceKind],
  canaryService: [serviceKind],
  activeService: [serviceKind],
  previewService: [serviceKind],
  templateName: [analysisTemplateKind, clusterAnalysisTemplateKind],
};

/** What the strategy of an object names: Services, templates, and the FeatureFlags that hold its flags. */
function namedBy(cache: CacheReader, object: AnyObject): AnyObject[] {
  const { namespace = '' } = object.metadata;
  const texts = namedTexts((object['spec'] as { strategy?: unknown } | undefined)?.strategy);
  const byName = texts.flatMap(({ field, text }) =>
    (NAMING[field] ?? []).flatMap((definition) => {
      const found = cache.get(definition, { namespace: definition.namespaced ? namespace : '', name: text });
      return found === undefined ? [] : [found];
    }),
  );
  const flags = new Set(texts.filter(({ field }) => field === 'flag').map(({ text }) => text));
  if (flags.size === 0) return byName;
  const holders = cache
    .list<FeatureFlag>(featureFlagKind, namespace)
    .filter(({ spec }) => Object.keys(spec.flagSpec.flags).some((key) => flags.has(key)));
  return [...byName, ...holders];
}

function namedTexts(root: unknown): { field: string; text: string }[] {
  const found: { field: string; text: string }[] = [];
  const open: unknown[] = [root];
  for (let seen = 0; open.length > 0 && seen < VALUES_MAX; seen += 1) {
    const value = open.pop();
    if (Array.isArray(value)) open.push(...(value as unknown[]));
    else if (isRecord(value)) {
      for (const [field, inner] of Object.entries(value)) {
        if (typeof inner === 'string') found.push({ field, text: inner });
        else open.push(inner);
      }
    }
  }
  return found;
}

/** `apps/v1 Deployment`: how an object names its kind. */
export function kindKeyOf(definition: KindDefinition): string {
  return `${apiVersionOf(definition)} ${definition.kind}`;
}
