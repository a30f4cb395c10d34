// A small kind with one of each merge rule, for the tests of patches.
import { Type } from 'typebox';
import { integer, listOf, mapOf, optional, quantity, struct, text } from '../schema.ts';
import { ObjectMeta } from '../meta.ts';

const any = (description: string) => text(description);

const port = struct('Port', 'A port.', {
  number: integer('Key.'),
  protocol: optional(text('Key.', { default: 'TCP' })),
  name: optional(any('Any.')),
  target: optional(any('Any.')),
});

const item = struct('Item', 'An item with lists of its own.', {
  name: text('Key.'),
  value: optional(any('Any.')),
  labels: optional(mapOf('Any.', any('Any.'))),
  args: optional(listOf('Atomic.', any('Any.'))),
  ports: optional(
    listOf('By number.', port, { patchMergeKey: 'number', listMapKeys: ['number', 'protocol'] }),
  ),
});

const strategy = struct('Strategy', 'One of several.', {
  type: optional(any('Which.')),
  rolling: optional(struct('Rolling', 'Details.', { surge: optional(integer('Any.')) })),
});

/** Every merge rule once. */
export const specSchema = struct('Spec', 'The spec.', {
  replicas: optional(integer('Any.')),
  paused: optional(Type.Boolean()),
  mode: optional(any('Any.')),
  size: optional(quantity('Any.')),
  items: optional(listOf('By name.', item, { patchMergeKey: 'name', listMapKeys: ['name'] })),
  volumes: optional(
    listOf('By name, one source each.', item, {
      ...{ patchMergeKey: 'name', patchStrategy: 'merge,retainKeys', listMapKeys: ['name'] },
    }),
  ),
  words: optional(listOf('A set.', any('Any.'), { patchMergeKey: '', listType: 'set' })),
  atoms: optional(listOf('Atomic.', any('Any.'))),
  labels: optional(mapOf('Any.', any('Any.'))),
  selector: optional(
    struct(
      'Selector',
      'Atomic.',
      { app: optional(any('Any.')), zone: optional(any('Any.')) },
      {
        'x-kubernetes-map-type': 'atomic',
      },
    ),
  ),
  strategy: optional(Type.Object(strategy.properties, { 'x-kubernetes-patch-strategy': 'retainKeys' })),
  budget: optional(
    struct(
      'Budget',
      'Replaced.',
      { min: optional(integer('Any.')), max: optional(integer('Any.')) },
      {
        'x-kubernetes-patch-strategy': 'replace',
      },
    ),
  ),
});

/** A kind, as far as patching asks. */
export const thingKind = {
  ...{ group: 'gantry.dev', version: 'v1', kind: 'Thing', resource: 'things' },
  schema: struct('Thing', 'A thing.', {
    apiVersion: optional(any('Any.')),
    kind: optional(any('Any.')),
    metadata: optional(ObjectMeta),
    spec: optional(specSchema),
    status: optional(
      struct('Status', 'Observed.', { phase: optional(any('Any.')), ready: optional(integer('Any.')) }),
    ),
  }),
};
