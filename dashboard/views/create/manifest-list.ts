// A text of several YAML documents as objects, each with its place, and what cannot be read. Pure.
import type { AnyObject } from '@gantry/api/meta';
import { objectsOf, readYamlDocuments } from '@gantry/api/yaml-documents';
import type { TextFault } from '../../parts/yaml/yaml-work.ts';

/** Documents that are applied at a time; more are for `gantry apply -f`. */
export const OBJECTS_MAX = 200;
/** Longest text. */
export const CHARACTERS_MAX = 1_000_000;

/** One object. */
export interface ListedManifest {
  /** Where its document begins, from 1. */
  line: number;
  object: AnyObject;
}

/** Reads all documents. */
export function readManifestText(text: string): { manifests: ListedManifest[]; faults: TextFault[] } {
  if (text.length > CHARACTERS_MAX)
    return { manifests: [], faults: [{ message: `the text is longer than ${CHARACTERS_MAX} characters` }] };
  const { documents, faults } = readYamlDocuments(text, 'text');
  const result = {
    manifests: [] as ListedManifest[],
    faults: faults.map(({ line, message }): TextFault => ({ line, message })),
  };
  for (const { line, value } of documents)
    for (const found of objectsOf(value)) {
      const fault = faultOf(found);
      if (fault === undefined) result.manifests.push({ line, object: found as AnyObject });
      else result.faults.push({ line, message: fault });
    }
  if (result.manifests.length > OBJECTS_MAX)
    result.faults.push({ message: `the text has more than ${OBJECTS_MAX} objects: use gantry apply -f` });
  return result;
}

function faultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'this is no object with apiVersion, kind and metadata';
  const { apiVersion, kind, metadata } = value as Partial<AnyObject>;
  if (typeof kind !== 'string' || kind === '') return 'kind: is missing; name the kind of the object';
  if (typeof apiVersion !== 'string' || apiVersion === '')
    return 'apiVersion: is missing; name the API version of the kind';
  if (typeof metadata !== 'object' || metadata === null || typeof metadata.name !== 'string')
    return 'metadata.name: is missing; give the object a name';
  return undefined;
}
