// The object that a user wants, read from the text that came back from an editor. Pure.
import type { AnyObject } from './meta.ts';
import { readYamlDocuments } from './yaml-documents.ts';
import { formatYamlFault } from './yaml-fault.ts';

/** The object that the user wants; undefined when the text is empty; a sentence when it cannot be taken. */
export function editedObject(text: string, file: string, before: AnyObject): AnyObject | undefined | string {
  const { documents, faults } = readYamlDocuments(text, file);
  const [fault] = faults;
  if (fault !== undefined) return formatYamlFault(fault);
  const [document, second] = documents;
  if (document === undefined || document.value === null) return undefined;
  if (second !== undefined) return 'Only one object can be edited at a time; remove the other documents.';
  const object = document.value as Partial<AnyObject>;
  if (typeof object !== 'object' || Array.isArray(object)) return 'The file must hold one object.';
  const fixed = ['apiVersion', 'kind'].find((field) => object[field] !== before[field]);
  if (fixed !== undefined) return `${fixed} cannot be changed; it is ${JSON.stringify(before[fixed])}.`;
  const metadata = object.metadata ?? {};
  if (metadata.name !== before.metadata.name || metadata.namespace !== before.metadata.namespace) {
    return 'The name and the namespace of an object cannot be changed.';
  }
  return object as AnyObject;
}
