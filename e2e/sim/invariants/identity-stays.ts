// What names an object never changes, and no identity is used twice.
import { findKind } from '@gantry/api/registry';
import type { AnyObject, ObjectMeta } from '@gantry/api/meta';
import { judgingWrites } from './each-write.ts';
import { titleOf, uidOf } from './object-reading.ts';
import type { Invariant } from './world-view.ts';

const FIXED = [
  'uid',
  'name',
  'namespace',
  'generateName',
  'creationTimestamp',
] as const satisfies readonly (keyof ObjectMeta)[];

/** Uid, name, namespace and time of creation of every object. */
export function createIdentityStays(): Invariant {
  const used = new Set<string>();

  function brokenByCreation(key: string, created: AnyObject): string | undefined {
    const uid = uidOf(created);
    if (uid === '') return `${titleOf(created)} was created without a uid`;
    if (used.has(uid)) return `${titleOf(created)} was created with uid ${uid}, which another object had`;
    used.add(uid);
    const place = placeOf(created);
    return key === place ? undefined : `${titleOf(created)} lies at ${key} instead of ${place}`;
  }

  return judgingWrites(
    'identity-stays',
    'An object lies at the key that its kind, namespace and name give; these, its uid and its time of creation never change, and no uid is used twice.',
    ({ key, before, after }) => {
      if (after === undefined) return undefined;
      if (before === undefined) return brokenByCreation(key, after);
      const changed = FIXED.find((field) => before.metadata[field] !== after.metadata[field]);
      if (changed === undefined) return undefined;
      return `${titleOf(before)} changed its ${changed} from ${before.metadata[changed] ?? 'none'} to ${after.metadata[changed] ?? 'none'}`;
    },
  );
}

/** `/gantry/<group or core>/<resource>/<namespace>/<name>`, as the design says. */
function placeOf({ apiVersion, kind, metadata }: AnyObject): string {
  const definition = findKind(apiVersion, kind);
  if (definition === undefined) return `no place: ${apiVersion} ${kind} is not served`;
  const { group, resource, namespaced } = definition;
  const namespace = namespaced ? `${metadata.namespace ?? ''}/` : '';
  return `/gantry/${group === '' ? 'core' : group}/${resource}/${namespace}${metadata.name ?? ''}`;
}
