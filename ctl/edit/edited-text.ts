// The text that the user edits in an editor of their own. Pure.
import type { AnyObject } from '@gantry/api/meta';
import { yamlText } from '@gantry/api/yaml-text';

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
