// The formats of -o that show whole objects. Pure.
import { objectIdOf, type KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { CliError, EXIT } from '../command.ts';
import { alignColumns } from './aligned.ts';
import { dataText } from './data-text.ts';
import { renderJsonPath } from './json-path.ts';

/** What -o asks for. */
export type OutputFormat =
  | { type: 'table'; wide: boolean }
  | { type: 'json' | 'yaml' }
  | { type: 'name' }
  | { type: 'jsonpath'; template: string }
  | { type: 'custom-columns'; columns: { head: string; path: string }[] };

/** Reads the value of -o. @throws CliError that names the formats there are. */
export function outputFormatFrom(text: string | undefined): OutputFormat {
  const [name = '', value] = splitOnce(text ?? '');
  switch (name) {
    case '':
      return { type: 'table', wide: false };
    case 'wide':
      return { type: 'table', wide: true };
    case 'json':
    case 'yaml':
      return { type: name };
    case 'name':
      return { type: 'name' };
    case 'jsonpath':
      if (value !== undefined) return { type: 'jsonpath', template: value };
      break;
    case 'custom-columns':
      if (value !== undefined) return { type: 'custom-columns', columns: columnsFrom(value) };
  }
  throw new CliError(`-o ${text} is not known.`, {
    exitCode: EXIT.usage,
    nextStep: 'Use one of: wide, json, yaml, name, jsonpath=TEMPLATE, custom-columns=HEAD:.path,…',
  });
}

/** Objects of -o name. */
export function objectNames(items: readonly { definition: KindDefinition; object: AnyObject }[]): string {
  return items.map(({ definition, object }) => `${objectIdOf(definition, object.metadata.name)}\n`).join('');
}

/** One object, or a List of several, without what only tools read. */
export function renderObjects(
  format: Exclude<OutputFormat, { type: 'table' } | { type: 'name' }>,
  objects: readonly AnyObject[],
  { single, headers = true }: { single: boolean; headers?: boolean },
): string {
  const clean = objects.map(withoutManagedFields);
  const value =
    single && clean.length === 1
      ? clean[0]
      : { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: clean };
  switch (format.type) {
    case 'json':
    case 'yaml':
      return dataText(format.type, value);
    case 'jsonpath':
      return renderJsonPath(format.template, value);
    case 'custom-columns':
      return alignColumns([
        ...(headers ? [format.columns.map(({ head }) => head)] : []),
        ...clean.map((object) =>
          format.columns.map(({ path }) => renderJsonPath(`{${path}}`, object) || '<none>'),
        ),
      ]);
  }
}

function withoutManagedFields(object: AnyObject): AnyObject {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function columnsFrom(text: string): { head: string; path: string }[] {
  return text.split(',').map((column) => {
    const at = column.indexOf(':');
    if (at <= 0)
      throw new CliError(`custom-columns: "${column}" is not HEAD:.path.`, { exitCode: EXIT.usage });
    return { head: column.slice(0, at), path: column.slice(at + 1) };
  });
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
