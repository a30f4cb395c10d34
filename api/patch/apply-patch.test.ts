import test from 'ava';
import type { AnyObject } from '../meta.ts';
import { StatusError } from '../status-error.ts';
import { applyPatch } from './apply-patch.ts';
import { thingKind } from './test-schemas.ts';

const live: AnyObject = {
  ...{ apiVersion: 'gantry.dev/v1', kind: 'Thing' },
  metadata: { name: 'x', resourceVersion: '5' },
  spec: { replicas: 1 },
};

test('each type reaches its rules, and the object stays as it was', (t) => {
  const before = structuredClone(live);
  const results = [
    applyPatch(thingKind, live, 'merge', { spec: { replicas: 2 } }),
    applyPatch(thingKind, live, 'strategic', { spec: { replicas: 2 } }),
    applyPatch(thingKind, live, 'json', [{ op: 'replace', path: '/spec/replicas', value: 2 }]),
  ];
  for (const result of results) t.deepEqual(result, { ...live, spec: { replicas: 2 } });
  t.deepEqual(live, before);
});

test('a revision in a patch is a condition, and never written', (t) => {
  for (const resourceVersion of ['5', null, '']) {
    const result = applyPatch(thingKind, live, 'merge', {
      metadata: { resourceVersion, labels: { a: '1' } },
    });
    t.deepEqual(result.metadata, { name: 'x', resourceVersion: '5', labels: { a: '1' } });
  }
  const stale = { metadata: { resourceVersion: '4' } };
  for (const type of ['merge', 'strategic'] as const) {
    const error = t.throws(() => applyPatch(thingKind, live, type, stale), { instanceOf: StatusError });
    t.is(error.status.code, 409);
    t.like(error.status.details, { name: 'x', group: 'gantry.dev', kind: 'things' });
  }
});

test('what cannot be applied becomes the error that a client should see', (t) => {
  const table: ['json' | 'merge' | 'strategic', unknown, number, RegExp][] = [
    ['json', {}, 400, /list of operations/],
    [
      'json',
      [{ op: 'test', path: '/spec/replicas', value: 2 }],
      422,
      /operation 0 \(test \/spec\/replicas\)/,
    ],
    ['json', [{ op: 'remove', path: '/metadata' }], 422, /metadata/],
    ['json', [{ op: 'replace', path: '', value: 1 }], 422, /leaves no object/],
    ['merge', [], 400, /is an object/],
    ['merge', { metadata: null }, 422, /metadata/],
    ['strategic', 'x', 400, /is an object/],
    ['strategic', { spec: { $patch: 'melt' } }, 400, /unknown \$patch/],
    ['merge', JSON.parse('{"spec":{"__proto__":{"x":1}}}'), 400, /__proto__/],
    ['merge', JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`), 400, /deeper/],
  ];
  for (const [type, patch, code, message] of table) {
    const error = t.throws(() => applyPatch(thingKind, live, type, patch), { instanceOf: StatusError });
    t.is(error.status.code, code, message.source);
    t.regex(error.message, message);
  }
});
