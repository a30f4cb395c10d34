// What must hold for any input: nothing throws, and what was admitted once is admitted again unchanged.
import test from 'ava';
import fc from 'fast-check';
import { type JsonSchema, jsonSchemaOf, mapValueOf } from './json-schema.ts';
import { kinds } from './registry.ts';
import { admitShape } from './validate.ts';

const RUNS = 150;
const OPTIONAL_MAX = 5;
const DEPTH_MAX = 8;

/** Values of a schema's shape, now and then with a null or something of another kind in it. */
function valueOf(schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 60, arbitrary: rightValue(schema, depth) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  );
}

function rightValue(schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  if (schema.properties !== undefined) return structValue(schema, schema.properties, depth);
  const mapValue = mapValueOf(schema);
  if (mapValue !== undefined)
    return fc.dictionary(fc.constantFrom('app', 'example.com/x', 'cpu'), valueOf(mapValue, depth), {
      maxKeys: 2,
    });
  if (schema.items !== undefined) {
    return fc.array(valueOf(schema.items, depth), {
      maxLength: depth > 8 ? 0 : 2,
      minLength: schema['minItems'] === 1 ? 1 : 0,
    });
  }
  return scalar(schema);
}

/** Which optional fields are there is drawn first, so that only their values are made. */
function structValue(
  schema: JsonSchema,
  fields: Record<string, JsonSchema>,
  depth: number,
): fc.Arbitrary<unknown> {
  const required = schema.required ?? [];
  const optional = Object.keys(fields).filter((name) => !required.includes(name));
  const limit = depth > DEPTH_MAX ? 0 : Math.min(OPTIONAL_MAX, optional.length);
  return fc
    .tuple(fc.subarray(optional, { maxLength: limit }), fc.integer({ min: 0, max: 40 }))
    .chain(([chosen, chance]) => {
      const names = [...required, ...chosen];
      const values = names.map((name) => valueOf(fields[name] ?? {}, depth + 1));
      return fc.tuple(...values).map((drawn) => ({
        ...Object.fromEntries(names.map((name, index) => [name, drawn[index]])),
        ...(chance === 0 ? { bogus: 1 } : {}),
      }));
    });
}

function scalar(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { minimum = -5, maximum = 100_000 } = schema as { minimum?: number; maximum?: number };
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema['x-gantry-only-with'] !== undefined)
    return fc.constantFrom(...schema['x-gantry-only-with'], 'other');
  if (schema['x-gantry-quantity'] === true) return fc.constantFrom('1', '500m', 0.5, 1e21, '64Mi', 'x');
  if (schema['x-kubernetes-int-or-string'] === true) return fc.constantFrom(1, '25%', 'http', 0);
  if (schema.format === 'date-time' || schema['anyOf'] !== undefined)
    return fc.constantFrom('2026-01-31T12:00:00Z', null);
  if (schema.format === 'byte') return fc.constantFrom('', 'YQ==', 'YWJj');
  if (schema.type === 'integer') return fc.integer({ min: minimum, max: maximum });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'object')
    return fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 });
  return fc.constantFrom('web', 'a-b', '', 'nginx:1', 'v1', 'ü', '/tmp', '* * * * *');
}

for (const kind of kinds) {
  test(`${kind.kind}: what was admitted is admitted again unchanged`, (t) => {
    let admitted = 0;
    fc.assert(
      fc.property(rightValue(jsonSchemaOf(kind), 0), (raw) => {
        const first = admitShape(kind, raw);
        if (first.issues.length > 0) return;
        admitted += 1;
        const again = admitShape(kind, first.object);
        t.deepEqual(again.object, first.object);
        t.deepEqual(again.issues, []);
        t.deepEqual(again.unknown, []);
      }),
      { numRuns: RUNS },
    );
    t.true(admitted > RUNS / 20, `only ${admitted} values were of the shape`);
  });

  test(`${kind.kind}: checks, columns and selectors bear all that is of the shape`, (t) => {
    fc.assert(
      fc.property(rightValue(jsonSchemaOf(kind), 0), rightValue(jsonSchemaOf(kind), 0), (a, b) => {
        const [next, old] = [admitShape(kind, a), admitShape(kind, b)];
        if (next.issues.length > 0 || old.issues.length > 0) return;
        kind.initialStatus?.(next.object);
        kind.check?.(next.object);
        kind.checkUpdate?.(next.object, old.object);
        kind.columns.forEach((column) => column.value(old.object, 0));
        Object.values(kind.selectableFields).forEach((read) => read(old.object));
        t.deepEqual(kind.checkUpdate?.(old.object, old.object) ?? [], []);
      }),
      { numRuns: RUNS },
    );
    t.pass();
  });
}

test('any JSON value at all is answered, never thrown at', (t) => {
  for (const kind of kinds) {
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => Array.isArray(admitShape(kind, raw).issues)),
      { numRuns: 50 },
    );
  }
  t.pass();
});
