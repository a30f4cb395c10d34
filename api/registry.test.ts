import test from 'ava';
import { resourceIdOf } from './definition.ts';
import { type JsonSchema, jsonSchemaOf, mapValueOf } from './json-schema.ts';
import { findByCategory, findByWord, findKind, findResource, groupVersions, kinds } from './registry.ts';

test('each kind is found by its path and its manifest', (t) => {
  for (const kind of kinds) {
    const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
    t.is(findResource(kind.group, kind.version, kind.resource), kind);
    t.is(findKind(apiVersion, kind.kind), kind);
  }
  t.is(findResource('', 'v1', 'deployments'), undefined);
  t.is(findKind('v1', 'Nothing'), undefined);
  t.is(findKind('apps/v1', '__proto__'), undefined);
});

test('words of users lead to kinds', (t) => {
  for (const word of ['deploy', 'deployment', 'Deployments', 'deployments.apps', 'deploy.v1.apps']) {
    t.deepEqual(findByWord(word).map(resourceIdOf), ['deployments.apps'], word);
  }
  t.deepEqual(findByWord('nothing'), []);
  t.true(findByCategory('all').some((kind) => kind.kind === 'Pod'));
});

test('no two kinds share a resource, a kind or a short name', (t) => {
  const names = kinds.flatMap((kind) => [
    resourceIdOf(kind),
    `kind ${kind.kind}`,
    ...kind.shortNames.map((name) => `short ${name}`),
  ]);
  t.is(new Set(names).size, names.length);
  t.is(groupVersions[0]?.group, '');
});

test('each field of each kind is described, and structs of one name are one struct', (t) => {
  const byName = new Map<string, unknown>();
  const walk = (schema: JsonSchema, path: string): void => {
    t.true((schema.description ?? '') !== '', `${path} has no description`);
    const name = schema['x-gantry-name'];
    if (name !== undefined) {
      if (byName.has(name))
        t.deepEqual(byName.get(name), schema.properties, `${name} means two things (${path})`);
      byName.set(name, schema.properties);
    }
    for (const [key, field] of Object.entries(schema.properties ?? {})) walk(field, `${path}.${key}`);
    if (schema.items !== undefined) walk(schema.items, `${path}[]`);
    const value = mapValueOf(schema);
    if (value !== undefined) walk(value, `${path}{}`);
  };
  for (const kind of kinds) walk(jsonSchemaOf(kind), kind.kind);
  t.true(byName.size > 50);
});

test('lists that merge say by what, and the keys are fields of their items', (t) => {
  const walk = (schema: JsonSchema, path: string): void => {
    const item = schema.items;
    const keys = [...(schema['x-kubernetes-list-map-keys'] ?? []), schema['x-kubernetes-patch-merge-key']];
    for (const key of keys) {
      if (key !== undefined)
        t.true(item?.properties?.[key] !== undefined, `${path} merges by ${key}, no field of its items`);
    }
    for (const [key, field] of Object.entries(schema.properties ?? {})) walk(field, `${path}.${key}`);
    if (item !== undefined) walk(item, `${path}[]`);
  };
  for (const kind of kinds) walk(jsonSchemaOf(kind), kind.kind);
});
