// Checks and stores changed entries: a patch of exactly the version that was shown, tried on the server first. The answer is
// asked for without the object's content: values of a Secret come to the page by the way that is on record only.
import { encodeBase64 } from '@gantry/api/base64';
import { EDIT_MANAGER } from '../../../parts/yaml/write-object.ts';
import type { Request } from '../../../request/request.ts';
import type { EntryChange, EntryValue } from './entry-draft.ts';

/** Kinds with entries. */
export type EntriesKind = 'ConfigMap' | 'Secret';

/** What is known of changed entries. */
export type EntriesVerdict =
  | { type: 'refused'; sentences: readonly string[] }
  | { type: 'checked'; changes: readonly EntryChange[]; warnings: readonly string[] }
  | { type: 'conflict' }
  | { type: 'saved'; warnings: readonly string[] };

/** What is written. */
export interface EntriesWrite {
  request: Request;
  /** Of the object. */
  path: string;
  kind: EntriesKind;
  resourceVersion: string;
  changes: readonly EntryChange[];
}

const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** Does what the server would do, and stores it unless `dryRun`. */
export async function writeEntries(
  write: EntriesWrite,
  options: { dryRun: boolean },
): Promise<EntriesVerdict> {
  const query = new URLSearchParams({ fieldValidation: 'Strict', fieldManager: EDIT_MANAGER });
  if (options.dryRun) query.set('dryRun', 'All');
  const outcome = await write.request(`${write.path}?${query}`, {
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    accept: METADATA_ONLY,
    body: entriesPatch(write),
  });
  if (outcome.ok) {
    const { warnings } = outcome;
    return options.dryRun
      ? { type: 'checked', changes: write.changes, warnings }
      : { type: 'saved', warnings };
  }
  if (outcome.code === 409) return { type: 'conflict' };
  const causes = (outcome.causes ?? []).flatMap(({ field, message }) =>
    message === undefined ? [] : [field === undefined ? message : `${field}: ${message}`],
  );
  return { type: 'refused', sentences: causes.length > 0 ? causes : [outcome.message] };
}

/** A merge patch that fails when the object is no longer what was shown. */
export function entriesPatch({
  kind,
  resourceVersion,
  changes,
}: Omit<EntriesWrite, 'request' | 'path'>): object {
  const metadata = { resourceVersion };
  if (kind === 'Secret') return { metadata, ...fieldOf('data', changes, base64Of) };
  // A key is in one of the two maps: what takes it into one takes it out of the other.
  return { metadata, ...fieldOf('data', changes, textOf), ...fieldOf('binaryData', changes, bytesOf) };
}

/** What changes of one of an object's maps; null takes a key out that is in it. */
function fieldOf(
  field: string,
  changes: readonly EntryChange[],
  written: (value: EntryValue) => string | undefined,
): object {
  const entries = changes.flatMap(({ key, before, after }): [string, string | null][] => {
    const now = after === undefined ? undefined : written(after.value);
    if (now !== undefined) return [[key, now]];
    const wasHere =
      before !== undefined && (before.value === undefined || written(before.value) !== undefined);
    return wasHere ? [[key, null]] : [];
  });
  return entries.length === 0 ? {} : { [field]: Object.fromEntries(entries) };
}

const textOf = (value: EntryValue): string | undefined => ('text' in value ? value.text : undefined);
const bytesOf = (value: EntryValue): string | undefined => ('base64' in value ? value.base64 : undefined);

function base64Of(value: EntryValue): string {
  return 'text' in value ? encodeBase64(value.text) : value.base64;
}
