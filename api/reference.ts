// Renders the reference of all kinds as Markdown pages. Pure: the same kinds always give the same pages, so a test
// can tell when the written ones are stale.
import { requiredFields } from './components.ts';
import { apiVersionOf, type KindDefinition } from './definition.ts';
import { type JsonSchema, jsonSchemaOf, mapValueOf } from './json-schema.ts';
import { innermost, pageOf, type PlacedStruct, placeStructs, SHARED_PAGE } from './reference-structs.ts';
import { columnDefinitions } from './table.ts';

const GENERATED = '<!-- Written by `make reference` from api/kinds; do not edit. -->';

/** All pages by file name. */
export function renderReference(kinds: readonly KindDefinition[]): Map<string, string> {
  const structs = placeStructs(kinds);
  const pages = new Map([['README.md', indexPage(kinds)]]);
  for (const definition of kinds) pages.set(`${pageOf(definition)}.md`, kindPage(definition, structs));
  pages.set(`${SHARED_PAGE}.md`, sharedPage(structs));
  return pages;
}

function indexPage(kinds: readonly KindDefinition[]): string {
  const rows = kinds.map((definition) => [
    `[${definition.kind}](${pageOf(definition)}.md)`,
    code(apiVersionOf(definition)),
    [definition.resource, ...definition.shortNames].map(code).join(', '),
    definition.description,
  ]);
  return page('Kinds', [
    'Every kind of object that Gantry serves. Fields and their meaning are those of Kubernetes; a field that is not ' +
      'listed here is refused under `fieldValidation=Strict` and answered with a `Warning:` header otherwise.',
    table(['kind', 'API version', 'resource', 'what it is'], rows),
    `What several kinds have in common is in [shared shapes](${SHARED_PAGE}.md).`,
  ]);
}

function kindPage(definition: KindDefinition, structs: readonly PlacedStruct[]): string {
  const own = structs.filter((struct) => struct.page === pageOf(definition));
  const links = linksOf(structs, pageOf(definition));
  return page(definition.kind, [
    definition.description,
    factsTable(definition),
    '## Fields',
    ...structBody(jsonSchemaOf(definition), links),
    ...own.flatMap((struct) => structSection(struct, links)),
    '## Columns of `get`',
    columnsTable(definition),
    '## Field selectors',
    selectorsText(definition),
  ]);
}

function sharedPage(structs: readonly PlacedStruct[]): string {
  const links = linksOf(structs, SHARED_PAGE);
  const shared = structs.filter((struct) => struct.page === SHARED_PAGE);
  return page('Shared shapes', [
    'What several kinds have in common.',
    ...shared.flatMap((struct) => structSection(struct, links)),
  ]);
}

function page(title: string, blocks: readonly string[]): string {
  return `${[`# ${title}`, GENERATED, ...blocks].join('\n\n')}\n`;
}

function factsTable(definition: KindDefinition): string {
  const { status, scale } = definition.subresources;
  const subresources = [...(status ? ['status'] : []), ...(scale === undefined ? [] : ['scale'])];
  const aliases = (definition.aliases ?? []).map(apiVersionOf);
  return table(
    ['', ''],
    [
      ['API version', [apiVersionOf(definition), ...aliases].map(code).join(', ')],
      ['resource', code(definition.resource)],
      ['short names', definition.shortNames.map(code).join(', ') || '–'],
      ['scope', definition.namespaced ? 'in a namespace' : 'cluster-wide'],
      ['subresources', subresources.map(code).join(', ') || '–'],
    ],
  );
}

function columnsTable(definition: KindDefinition): string {
  const rows = columnDefinitions(definition).map(({ name, description, priority }) => [
    name.toUpperCase(),
    priority === 0 ? '' : 'with `-o wide`',
    description,
  ]);
  return table(['column', 'shown', 'what it says'], rows);
}

function selectorsText(definition: KindDefinition): string {
  const own = Object.keys(definition.selectableFields).sort();
  return ['metadata.name', ...(definition.namespaced ? ['metadata.namespace'] : []), ...own]
    .map(code)
    .join(', ');
}

type Links = ReadonlyMap<string, string>;

/** Addresses of all structs as seen from one page. */
function linksOf(structs: readonly PlacedStruct[], from: string): Links {
  return new Map(
    structs.map(({ name, page: to }) => [
      name,
      `${to === from ? '' : `${to}.md`}#${shortName(name).toLowerCase()}`,
    ]),
  );
}

const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

function structSection({ name, schema }: PlacedStruct, links: Links): string[] {
  const description = schema['x-gantry-type-description'] ?? schema.description ?? '';
  return [`### ${shortName(name)}`, description, ...structBody(schema, links)];
}

function structBody(schema: JsonSchema, links: Links): string[] {
  const required = new Set(requiredFields(schema));
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => [
    required.has(name) ? `**${name}**` : name,
    typeText(field, links),
    field.default === undefined ? '' : code(JSON.stringify(field.default)),
    fieldDescription(field),
  ]);
  const fields = rows.length === 0 ? 'No fields.' : table(['field', 'type', 'default', 'meaning'], rows);
  const notYet = Object.entries(schema['x-gantry-not-yet'] ?? {});
  if (notYet.length === 0) return [fields];
  const hints = notYet.map(([name, hint]) => [name, hint]);
  const { 'x-gantry-known-to': knownTo = 'Kubernetes' } = schema;
  return [fields, `Known to ${knownTo}, not honoured yet:`, table(['field', 'instead'], hints)];
}

function fieldDescription(field: JsonSchema): string {
  const only = field['x-gantry-only-with'];
  const values = (field.enum ?? [])
    .map((value) => code(String(value) === '' ? '""' : String(value)))
    .join(', ');
  const parts = [field.description ?? ''];
  if (values !== '') parts.push(`One of ${values}.`);
  if (only !== undefined) {
    parts.push(`Honoured with ${only.map((value) => code(JSON.stringify(value))).join(', ')} only.`);
  }
  const beside = field['x-gantry-only-beside'];
  if (beside !== undefined) parts.push(`Honoured beside ${beside.field} ${code(beside.value)} only.`);
  return parts.join(' ');
}

function typeText(schema: JsonSchema, links: Links): string {
  if (schema.items !== undefined) return `list of ${typeText(schema.items, links)}`;
  const mapValue = mapValueOf(schema);
  if (mapValue !== undefined) return `map to ${typeText(mapValue, links)}`;
  const name = innermost(schema)['x-gantry-name'];
  if (name !== undefined) return `[${shortName(name)}](${links.get(name) ?? ''})`;
  return scalarText(schema);
}

function scalarText(schema: JsonSchema): string {
  if (schema['x-gantry-quantity'] === true) return 'quantity';
  if (schema['x-kubernetes-int-or-string'] === true) return 'integer or string';
  if (schema.format === 'date-time') return 'time';
  if (schema.format === 'byte') return 'base64';
  return [schema.type ?? 'any'].flat().join(' or ');
}

const code = (text: string): string => `\`${text}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
