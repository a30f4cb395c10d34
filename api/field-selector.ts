// Field selectors: `metadata.name=web,status.phase!=Running`. A backslash escapes `,`, `=` and itself in a value.
// Which fields may be asked for is said by the kind; the rest is refused by name.
import type { KindDefinition } from './definition.ts';
import type { AnyObject } from './meta.ts';
import type { SelectorResult } from './selector-result.ts';

/** One condition on one field. */
export interface FieldRequirement {
  field: string;
  operator: '=' | '!=';
  value: string;
}

/** All requirements have to hold. None: everything matches. */
export type FieldSelector = readonly FieldRequirement[];

const TEXT_MAX = 64 * 1024;

/** Reads the text form. The empty text matches everything. */
export function parseFieldSelector(text: string): SelectorResult<FieldSelector> {
  if (text.length > TEXT_MAX) return { ok: false, message: 'the field selector is too long' };
  const requirements: FieldRequirement[] = [];
  for (const term of text.match(/(?:\\[^]|[^\\,]|\\$)+/g) ?? []) {
    const requirement = parseTerm(term);
    if (requirement === undefined) {
      return { ok: false, message: `invalid field selector '${text}': cannot understand '${term}'` };
    }
    requirements.push(requirement);
  }
  return { ok: true, selector: requirements };
}

function parseTerm(term: string): FieldRequirement | undefined {
  const match = /^([^=!\\]+)(==|!=|=)((?:\\[\\,=]|[^\\,=])*)$/.exec(term.trim());
  if (match === null) return undefined;
  const [, field = '', operator, value = ''] = match;
  return {
    field: field.trim(),
    operator: operator === '!=' ? '!=' : '=',
    value: value.replace(/\\([\\,=])/g, '$1'),
  };
}

/** The text form, with escapes. */
export function formatFieldSelector(selector: FieldSelector): string {
  return selector
    .map(({ field, operator, value }) => `${field}${operator}${value.replace(/[\\,=]/g, '\\$&')}`)
    .join(',');
}

type Selectable<T> = Pick<KindDefinition, 'namespaced'> & {
  selectableFields: Readonly<Record<string, (object: T) => string>>;
};

/** The fields of the selector that the kind does not offer; a server answers 400 with {@link unknownFieldMessage}. */
export function unknownFields(definition: Selectable<never>, selector: FieldSelector): string[] {
  const known = selectableFieldsOf(definition);
  return [...new Set(selector.map(({ field }) => field).filter((field) => !known.includes(field)))];
}

/** `"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"`. */
export function unknownFieldMessage(definition: Selectable<never>, field: string): string {
  const known = selectableFieldsOf(definition).map((name) => JSON.stringify(name));
  return `${JSON.stringify(field)} is not a known field selector: only ${known.join(', ')}`;
}

/** All fields that the kind may be selected by. */
export function selectableFieldsOf(definition: Selectable<never>): string[] {
  const standard = definition.namespaced ? ['metadata.name', 'metadata.namespace'] : ['metadata.name'];
  return [...new Set([...standard, ...Object.keys(definition.selectableFields)])];
}

/** Whether the object is selected. A field that the kind does not offer counts as empty. */
export function matchesFields<T extends AnyObject>(
  definition: Selectable<T>,
  selector: FieldSelector,
  object: T,
): boolean {
  return selector.every(({ field, operator, value }) => {
    return (fieldOf(definition, field, object) === value) === (operator === '=');
  });
}

/** The one value that the selector demands of a field, when it does: lets a list use an index. */
export function requiredValue(selector: FieldSelector, field: string): string | undefined {
  return selector.find((requirement) => requirement.field === field && requirement.operator === '=')?.value;
}

function fieldOf<T extends AnyObject>(definition: Selectable<T>, field: string, object: T): string {
  if (field === 'metadata.name') return object.metadata.name ?? '';
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  return definition.selectableFields[field]?.(object) ?? '';
}
