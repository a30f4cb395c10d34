// Objects without what the client does not want (`omit=managedFields`): a page that shows thousands of pods needs no
// 5 kB on each about who wrote which field.
import type { AnyObject } from '@gantry/api/meta';
import type { ServedForm } from '@gantry/api/registry';
import { badRequest } from '@gantry/api/status-error';

const OMITTABLE = 'managedFields';
/** One shorter object for each that is shown: their texts are remembered by identity. */
const shorter = new WeakMap<AnyObject, AnyObject>();

/** The form with what the query omits left out. @throws StatusError 400 for other fields. */
export function omitting(served: ServedForm, query: URLSearchParams): ServedForm {
  const omit = query.get('omit') ?? '';
  if (omit === '') return served;
  if (omit !== OMITTABLE) throw badRequest(`omit: only ${OMITTABLE} can be left out`);
  // `isOther`: what is kept of plain lists is not of this form.
  return { ...served, isOther: true, show: (object) => withoutManagers(served.show(object)) };
}

function withoutManagers(object: AnyObject): AnyObject {
  if (object.metadata.managedFields === undefined) return object;
  const known = shorter.get(object);
  if (known !== undefined) return known;
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  const made = Object.freeze({ ...object, metadata });
  shorter.set(object, made);
  return made;
}
