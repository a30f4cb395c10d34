// The text that the user edits, and what comes back from the editor. Pure.
import type { AnyObject } from '@gantry/api/meta';
import { readYamlDocuments } from '@gantry/api/yaml-documents';
import { formatYamlFault } from '@gantry/api/yaml-fault';
import { yamlText } from '../print/yaml-text.ts';

const HEAD = [
  '# Change the object below and save it. Lines that start with "#" are ignored, an empty file cancels.',
  '# When the change is refused, this file opens again with the reason on top.',
];

/** The object as YAML under a heading, with the reason why the last try was refused. */
export function textToEdit(object: AnyObject): string {
  return withReason(yamlText(object), undefined);
}

/** The same text again under a new heading. */
export function withReason(text: string, reason: string | undefined): string {
  const body = text.replace(/^(#.*\n)*/, '');
  const lines = reason === undefined ? [] : ['#', ...reason.split('\n').map((line) => `# ${line}`)];
  return `${[...HEAD, ...lines, '#'].join('\n')}\n${body}`;
}

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
