// Joins the rules of creation, change and deletion into the `Resources` that server and controllers write through.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { StatusError } from '@gantry/api/status-error';
import { codeOf } from '@gantry/kit/operational-error';
import { createObject } from './create-object.ts';
import type { Creation } from './create-object.ts';
import { readNewest } from './current-state.ts';
import { deleteObject } from './delete-object.ts';
import type { ResourcesDeps } from './deps.ts';
import { createIdempotencyMarks, recordFrom } from './idempotency.ts';
import type { IdempotencyMarks } from './idempotency.ts';
import type { Resources, WriteContext } from './resources.ts';
import { updateObject } from './update-object.ts';

/** Makes `Resources` over a store and its cache. */
export function createResources(deps: ResourcesDeps): Resources {
  const marks = createIdempotencyMarks(deps);
  return {
    create: (definition, object, context) => createOnce(deps, marks, definition, object, context),
    update: (definition, key, part, change, context) =>
      updateObject(deps, definition, key, part, change, context),
    delete: (definition, key, options, context) => deleteObject(deps, definition, key, options, context),
  };
}

async function createOnce(
  deps: ResourcesDeps,
  marks: IdempotencyMarks,
  definition: KindDefinition,
  raw: AnyObject,
  context: WriteContext,
): Promise<AnyObject> {
  const key = context.dryRun ? undefined : context.idempotencyKey;
  const create = async (): Promise<Creation> => {
    const mark = key === undefined ? undefined : await marks.markFor(definition, raw, context.user.name, key);
    return createObject(deps, definition, raw, context, mark);
  };
  const creation = await create().catch((error: unknown) => {
    if (codeOf(error) !== 'lease-lost') throw error;
    marks.leaseLost();
    return create();
  });
  if (creation.type === 'created') return creation.object;
  const record = recordFrom(creation.mark.value, definition, raw);
  const present = await readNewest(deps, definition, record, context.signal);
  if (present?.object.metadata.uid === record.uid) return present.object;
  throw goneSince(definition, record.name);
}

function goneSince(definition: KindDefinition, name: string): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    code: 410,
    reason: 'Gone',
    message: `${definition.resource} "${name}" was created with this Idempotency-Key before and has been deleted since`,
    details: { name, kind: definition.resource },
  });
}
