// Checks and stores an edited object: a dry run on the server first, and never over someone else's change.
import type { AnyObject } from '@gantry/api/meta';
import type { Outcome, Request } from '../../request/request.ts';
import type { TextDifference } from './diff-rows.ts';
import type * as yamlWork from './yaml-work.ts';
import type { TextFault } from './yaml-work.ts';

/** The functions of yaml-work.ts, which is loaded late. */
export type YamlWork = typeof yamlWork;

/** What is known of an edited text. */
export type Verdict =
  | { type: 'faults'; faults: readonly TextFault[] }
  | { type: 'checked'; difference: TextDifference; warnings: readonly string[] }
  | { type: 'conflict'; theirs: AnyObject; mine: AnyObject }
  | { type: 'saved'; object: AnyObject; warnings: readonly string[] };

/** How an object, or a part of it, is written as a text and read back. */
export interface TextForm {
  show(object: AnyObject): string;
  /** The whole object, as a change of exactly `base`. */
  read(text: string, base: AnyObject): { object: AnyObject } | { faults: readonly TextFault[] };
  /** Where a field of the object is in the text. */
  placeOf?: (field: string) => string;
}

/** What is edited. */
export interface Edit {
  work: YamlWork;
  form: TextForm;
  request: Request;
  /** Of the object. */
  path: string;
  base: AnyObject;
  text: string;
}

/** The whole object as YAML. */
export function yamlForm(work: YamlWork): TextForm {
  return {
    show: (object) => work.shownText(object, { managed: false }),
    read: (text, base) => work.readEdited(text, base),
  };
}

/** The manager of what is edited in the page. */
export const EDIT_MANAGER = 'gantry-dashboard';
/** Controllers write status all the time: that is no conflict with a user's wish, and tried again so often. */
const TRIES_MAX = 4;

/** Does what the server would do, and stores it unless `dryRun`. */
export async function writeObject(edit: Edit, { dryRun }: { dryRun: boolean }): Promise<Verdict> {
  const { work, base, text, form } = edit;
  const read = form.read(text, base);
  if ('faults' in read) return { type: 'faults', faults: read.faults };
  let object = read.object;
  for (let tries = 1; ; tries += 1) {
    const outcome = await put(edit, object, dryRun);
    if (outcome.ok) {
      const { value, warnings } = outcome;
      if (!dryRun) return { type: 'saved', object: value, warnings };
      return { type: 'checked', difference: work.objectDifference(base, value), warnings };
    }
    if (outcome.code !== 409)
      return { type: 'faults', faults: work.refusedFaults(text, outcome, form.placeOf) };
    const stored = await edit.request<AnyObject>(edit.path);
    if (!stored.ok) return { type: 'faults', faults: [{ message: stored.message }] };
    const theirs = stored.value;
    if (tries >= TRIES_MAX || !work.isSameWish(theirs, base))
      return { type: 'conflict', theirs, mine: read.object };
    const { resourceVersion } = theirs.metadata;
    object = {
      ...object,
      metadata: { ...object.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    };
  }
}

function put({ request, path }: Edit, object: AnyObject, dryRun: boolean): Promise<Outcome<AnyObject>> {
  const query = new URLSearchParams({ fieldValidation: 'Strict', fieldManager: EDIT_MANAGER });
  if (dryRun) query.set('dryRun', 'All');
  return request<AnyObject>(`${path}?${query}`, { method: 'PUT', body: object });
}
