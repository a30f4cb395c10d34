// Finds the field that a dotted path names in a kind's schema. Pure.
import type { KindDefinition } from '@gantry/api/definition';
import { jsonSchemaOf, mapValueOf, type JsonSchema } from '@gantry/api/json-schema';
import { nearestName } from '@gantry/api/nearest-name';
import { CliError, EXIT } from '../command.ts';

/** The field of that path; the kind itself for the empty path. @throws CliError that names the nearest field. */
export function findField(definition: KindDefinition, path: readonly string[]): JsonSchema {
  let schema = jsonSchemaOf(definition);
  path.forEach((name, index) => {
    const fields = fieldsOf(schema);
    const next = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (next === undefined) throw unknownField(definition, path.slice(0, index), name, schema);
    schema = next;
  });
  return schema;
}

/** The fields of a struct, of the items of a list, or of the values of a map. */
export function fieldsOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return contentOf(schema).properties ?? {};
}

/** What a list or map holds in the end; the schema itself otherwise. */
export function contentOf(schema: JsonSchema): JsonSchema {
  const inner = schema.items ?? mapValueOf(schema);
  return inner === undefined ? schema : contentOf(inner);
}

function unknownField(
  definition: KindDefinition,
  path: readonly string[],
  name: string,
  schema: JsonSchema,
): CliError {
  const place = [definition.singular, ...path].join('.');
  const { 'x-gantry-not-yet': notYet, 'x-gantry-known-to': knownTo = 'Kubernetes' } = contentOf(schema);
  const hint = notYet?.[name];
  if (hint !== undefined) {
    return new CliError(`${place}.${name} is known to ${knownTo}, but not honoured by Gantry yet.`, {
      exitCode: EXIT.notFound,
      nextStep: hint,
    });
  }
  const nearest = nearestName(name, Object.keys(fieldsOf(schema)));
  return new CliError(
    `${place} has no field "${name}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
    { exitCode: EXIT.notFound, nextStep: `See its fields: gantry explain ${place}` },
  );
}
