// A kind or a field of it in words, from the kind's own schema: the same words as in the reference. Pure.
import { requiredFields } from '@gantry/api/components';
import { apiVersionOf, type KindDefinition } from '@gantry/api/definition';
import { mapValueOf, type JsonSchema } from '@gantry/api/json-schema';
import { contentOf, fieldsOf, findField } from './find-field.ts';

const INDENT = '  ';

/** What `gantry explain KIND.path` prints. @throws CliError for a field that is not there. */
export function explainText(
  definition: KindDefinition,
  path: readonly string[],
  options: { recursive: boolean; columns: number },
): string {
  const schema = findField(definition, path);
  const name = path.at(-1);
  const parent = path.length === 0 ? undefined : findField(definition, path.slice(0, -1));
  const blocks = [
    `KIND:     ${definition.kind}\nVERSION:  ${apiVersionOf(definition)}\n`,
    ...(name === undefined || parent === undefined ? [] : [`FIELD: ${fieldHead(name, schema, parent)}\n`]),
    `DESCRIPTION:\n${wrap(name === undefined ? definition.description : factsOf(schema), INDENT, options.columns)}`,
  ];
  const fields = Object.entries(fieldsOf(schema));
  if (fields.length > 0) {
    const lines = options.recursive ? treeLines(schema, INDENT) : listLines(schema, options.columns);
    blocks.push(`FIELDS:\n${lines}`);
  }
  return blocks.join('\n');
}

function listLines(schema: JsonSchema, columns: number): string {
  return Object.entries(fieldsOf(schema))
    .map(([name, field]) => {
      const head = `${INDENT}${fieldHead(name, field, schema)}\n`;
      return `${head}${wrap(factsOf(field), INDENT.repeat(2), columns)}`;
    })
    .join('\n');
}

function treeLines(schema: JsonSchema, indent: string): string {
  return Object.entries(fieldsOf(schema))
    .map(
      ([name, field]) => `${indent}${fieldHead(name, field, schema)}\n${treeLines(field, indent + INDENT)}`,
    )
    .join('');
}

function fieldHead(name: string, field: JsonSchema, parent: JsonSchema): string {
  const required = requiredFields(contentOf(parent)).includes(name) ? ' -required-' : '';
  return `${name} <${typeText(field)}>${required}`;
}

/** `[]Container`, `map[string]string`, `Quantity`. */
export function typeText(schema: JsonSchema): string {
  if (schema.items !== undefined) return `[]${typeText(schema.items)}`;
  const value = mapValueOf(schema);
  if (value !== undefined) return `map[string]${typeText(value)}`;
  const name = schema['x-gantry-name'];
  if (name !== undefined) return name.slice(name.lastIndexOf('.') + 1);
  if (schema['x-gantry-quantity'] === true) return 'Quantity';
  if (schema['x-kubernetes-int-or-string'] === true) return 'IntOrString';
  if (schema.format === 'date-time') return 'Time';
  return [schema.type ?? 'any'].flat().join(' or ');
}

/** Description, values, default, limits. */
function factsOf(field: JsonSchema): string {
  const only = field['x-gantry-only-with'];
  const beside = field['x-gantry-only-beside'];
  const { minimum, maximum } = field;
  const range = [
    ...(minimum === undefined ? [] : [`at least ${JSON.stringify(minimum)}`]),
    ...(maximum === undefined ? [] : [`at most ${JSON.stringify(maximum)}`]),
  ];
  const parts = [
    field.description ?? '',
    ...(field.enum === undefined
      ? []
      : [`One of: ${field.enum.map((value) => JSON.stringify(value)).join(', ')}.`]),
    ...(field.default === undefined ? [] : [`Default: ${JSON.stringify(field.default)}.`]),
    ...(range.length === 0 ? [] : [`Must be ${range.join(' and ')}.`]),
    ...(only === undefined
      ? []
      : [`Honoured with ${only.map((value) => JSON.stringify(value)).join(', ')} only.`]),
    ...(beside === undefined ? [] : [`Honoured beside ${beside.field} "${beside.value}" only.`]),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** Words in lines of at most `columns`. */
function wrap(text: string, indent: string, columns: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${indent}${each}\n`).join('');
}
