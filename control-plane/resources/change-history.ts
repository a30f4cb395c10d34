// The history of an object: each change of its generation is kept as a ControllerRevision of its own, in the transaction
// of the change itself, whoever makes it. It outlives Events, and goes when the object does.
import {
  CHANGED_BY_ANNOTATION,
  CHANGE_REASON_ANNOTATION,
  CHANGES_ANNOTATION,
  HISTORY_MAX,
  HISTORY_OF_LABEL,
} from '@gantry/api/change-history';
import type { KindDefinition } from '@gantry/api/definition';
import { controllerRevisionKind, type ControllerRevision } from '@gantry/api/kinds/controller-revision';
import type { AnyObject } from '@gantry/api/meta';
import { controllerReference } from '@gantry/api/owner-references';
import { OWNER_INDEX } from '../cache/indexes.ts';
import type { Write } from '../store/store.ts';
import type { ResourcesDeps } from './deps.ts';
import { newObject } from './new-object.ts';
import { storeKeyOf, valueOf } from './object-key.ts';
import type { WriteContext } from './resources.ts';

/** Larger states are not kept, only that there was a change: a transaction has room for the object and not much more. */
const DATA_CHARS_MAX = 256 * 1024;
const CHANGES_CHARS_MAX = 8 * 1024;
const REASON_CHARS_MAX = 1024;
/** Room for the object's uid and generation. */
const NAME_CHARS_MAX = 200;
const UID_CHARS = 8;
/** Old entries that go with one change. */
const REMOVALS_MAX = 10;

/** The writes that keep the change, and let go of what is older than the last {@link HISTORY_MAX}. */
export function historyWrites(
  deps: Pick<ResourcesDeps, 'clock' | 'ids' | 'cache'>,
  change: { definition: KindDefinition; before?: AnyObject | undefined; after?: AnyObject | undefined },
  context: Partial<Pick<WriteContext, 'user'>>,
): Write[] {
  const { definition, before, after } = change;
  if (definition.historyOf === undefined || after === undefined) return [];
  if (before !== undefined && before.metadata.generation === after.metadata.generation) return [];
  const { uid = '', namespace = '', generation = 0 } = after.metadata;
  const name = `${(after.metadata.name ?? '').slice(0, NAME_CHARS_MAX)}-${uid.slice(0, UID_CHARS)}-${generation}`;
  const entry = newObject(
    controllerRevisionKind,
    entryOf({ definition, before, after }, definition.historyOf(after), context),
    { name, uid: deps.ids.uid(), nowMs: deps.clock.nowMs() },
  );
  const key = storeKeyOf(controllerRevisionKind, { namespace, name });
  return [{ type: 'put', key, value: valueOf(entry) }, ...removals(deps, uid)];
}

/** By what the cache knows: where it is behind, the next change makes up for it. */
function removals({ cache }: Pick<ResourcesDeps, 'cache'>, uid: string): Write[] {
  const kept = cache
    .byIndex<ControllerRevision>(controllerRevisionKind, OWNER_INDEX, uid)
    .toSorted((a, b) => b.revision - a.revision);
  return kept.slice(HISTORY_MAX - 1, HISTORY_MAX - 1 + REMOVALS_MAX).map(({ metadata }) => ({
    type: 'delete',
    key: storeKeyOf(controllerRevisionKind, {
      namespace: metadata.namespace ?? '',
      name: metadata.name ?? '',
    }),
  }));
}

function entryOf(
  {
    definition,
    before,
    after,
  }: { definition: KindDefinition; before: AnyObject | undefined; after: AnyObject },
  data: Readonly<Record<string, unknown>>,
  { user }: Partial<Pick<WriteContext, 'user'>>,
): AnyObject {
  const { namespace, uid = '', generation = 0 } = after.metadata;
  const reason = after.metadata.annotations?.[CHANGE_REASON_ANNOTATION];
  // What was said of an earlier change is not said of this one.
  const isNew = reason !== before?.metadata.annotations?.[CHANGE_REASON_ANNOTATION];
  const changes = definition.changesOf?.(before, after)?.changes ?? [];
  const annotations = {
    [CHANGED_BY_ANNOTATION]: user?.name ?? 'gantry',
    [CHANGES_ANNOTATION]: clipped(changes.join('\n'), CHANGES_CHARS_MAX),
    ...(reason === undefined || !isNew
      ? {}
      : { [CHANGE_REASON_ANNOTATION]: clipped(reason, REASON_CHARS_MAX) }),
  };
  return {
    ...{ apiVersion: 'apps/v1', kind: 'ControllerRevision', revision: generation },
    metadata: {
      ...(namespace === undefined ? {} : { namespace }),
      ...{ labels: { [HISTORY_OF_LABEL]: uid }, annotations },
      ownerReferences: [controllerReference(definition, after)],
    },
    ...(JSON.stringify(data).length > DATA_CHARS_MAX ? {} : { data }),
  };
}

function clipped(text: string, charsMax: number): string {
  return text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text;
}
