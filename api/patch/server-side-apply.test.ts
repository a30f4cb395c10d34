import test from 'ava';
import fc from 'fast-check';
import type { JsonMap } from '../json-value.ts';
import type { AnyObject } from '../meta.ts';
import { StatusError } from '../status-error.ts';
import { applyDeclared, applyPatch } from './apply-patch.ts';
import type { Applier } from './server-side-apply.ts';
import { thingKind } from './test-schemas.ts';
import { trackUpdate } from './track-update.ts';

const thing = (spec: JsonMap, metadata: JsonMap = {}): AnyObject => {
  return { apiVersion: 'gantry.dev/v1', kind: 'Thing', metadata: { name: 'x', ...metadata }, spec };
};

const bare: JsonMap = { apiVersion: 'gantry.dev/v1', kind: 'Thing', metadata: { name: 'x' } };

/** Fills in a default and one spelling, as admission does. */
function normalize(object: AnyObject): AnyObject {
  const spec = object['spec'] as JsonMap | undefined;
  const mode = spec?.['mode'] ?? 'defaulted';
  return { ...object, spec: { ...spec, mode: mode === 'half' ? '500m' : mode } };
}

function apply(live: AnyObject | undefined, applied: unknown, options: Partial<Applier> = {}): AnyObject {
  return applyDeclared(thingKind, live, applied, { manager: 'kubectl', force: false, nowMs: 0, ...options });
}

const update = (before: AnyObject | undefined, after: AnyObject, manager: string, nowMs = 0): AnyObject =>
  trackUpdate(thingKind, before, after, { manager, nowMs });

const owners = (object: AnyObject): Record<string, unknown> =>
  Object.fromEntries(
    (object.metadata.managedFields ?? []).map(({ manager = '', operation = '', subresource, fieldsV1 }) => {
      return [`${manager} ${operation}${subresource === undefined ? '' : ` ${subresource}`}`, fieldsV1];
    }),
  );

const spec = (object: AnyObject): JsonMap => object['spec'] as JsonMap;
const item = (name: string, more: JsonMap = {}): JsonMap => ({ name, ...more });

test('creates: owned is what was sent, not the defaults and not the identity', (t) => {
  const created = apply(
    undefined,
    thing({ replicas: 1 }, { labels: { a: '1' }, uid: 'mine', creationTimestamp: null }),
    {
      ...{ normalize, nowMs: Date.UTC(2026, 0, 31) },
    },
  );
  t.deepEqual(created, {
    ...thing({ replicas: 1, mode: 'defaulted' }),
    metadata: {
      ...{ name: 'x', labels: { a: '1' } },
      managedFields: [
        {
          ...{
            manager: 'kubectl',
            operation: 'Apply',
            apiVersion: 'gantry.dev/v1',
            time: '2026-01-31T00:00:00Z',
          },
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:metadata': { 'f:labels': { 'f:a': {} } }, 'f:spec': { 'f:replicas': {} } },
        },
      ],
    },
  });
});

test('an unchanged apply is the very same object, also in another spelling and much later', (t) => {
  const sent = thing({ mode: 'half', items: [item('a', { ports: [{ number: 80 }] })] });
  const created = apply(undefined, sent, { normalize });
  t.is(apply(created, sent, { normalize, nowMs: 9e12 }), created);
  t.is(apply(created, { ...sent, metadata: { name: 'x', creationTimestamp: null } }, { normalize }), created);
  t.not(apply(created, thing({ mode: 'half' }), { normalize }), created);
});

test('what is no longer applied goes, whole items and emptied structs first', (t) => {
  const created = apply(
    undefined,
    thing({
      ...{ replicas: 1, strategy: { rolling: { surge: 1 } }, labels: { a: '1' }, words: ['x', 'y'] },
      items: [item('a', { ports: [{ number: 80, name: 'web' }] }), item('b', { args: ['x'] })],
    }),
  );
  // Somebody fills in a default below the port's item, as the server does.
  const withDefaults = structuredClone(created);
  (spec(withDefaults)['items'] as [{ ports: [JsonMap] }])[0].ports[0]['protocol'] = 'TCP';
  const again = apply(withDefaults, thing({ words: ['y'], items: [item('a', { value: 'v' })] }));
  t.deepEqual(spec(again), { words: ['y'], items: [item('a', { value: 'v' })] });
  const nothing = apply(again, thing({}));
  t.deepEqual(spec(nothing), {});
});

test('what others set stays when one manager lets go', (t) => {
  const first = apply(undefined, thing({ labels: { a: '1', b: '2' }, items: [item('a'), item('b')] }), {
    manager: 'one',
  });
  const second = apply(first, thing({ labels: { b: '2', c: '3' }, items: [item('b'), item('c')] }), {
    manager: 'two',
  });
  t.deepEqual(spec(second), { labels: { a: '1', b: '2', c: '3' }, items: [item('a'), item('b'), item('c')] });
  const left = apply(second, bare, { manager: 'one' });
  t.deepEqual(spec(left), { labels: { b: '2', c: '3' }, items: [item('b'), item('c')] });
  t.deepEqual(Object.keys(owners(left)), ['two Apply']);
});

test('a value that another manager set is a conflict, with who and where; equal values are shared', (t) => {
  const live = update(undefined, thing({ replicas: 3, items: [item('a', { value: '1' })] }), 'scaler');
  t.notThrows(() => apply(live, thing({ replicas: 3 })));
  const error = t.throws(() => apply(live, thing({ replicas: 5, items: [item('a', { value: '2' })] })), {
    instanceOf: StatusError,
  });
  t.is(error.status.code, 409);
  t.is(
    error.message,
    'Apply failed with 2 conflicts: conflicts with "scaler" using gantry.dev/v1:\n- .spec.items[name="a"].value\n- .spec.replicas',
  );
  t.deepEqual(error.status.details?.causes?.[1], {
    reason: 'FieldManagerConflict',
    message: 'conflict with "scaler" using gantry.dev/v1',
    field: '.spec.replicas',
  });
  const forced = apply(live, thing({ replicas: 5 }), { force: true });
  t.is(spec(forced)['replicas'], 5);
  t.deepEqual(owners(forced), {
    'kubectl Apply': { 'f:spec': { 'f:replicas': {} } },
    'scaler Update': {
      'f:spec': { 'f:items': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:value': {} } } },
    },
  });
});

test('two ports of one number differ by protocol, and TCP may be left out', (t) => {
  const ports = (...list: JsonMap[]): AnyObject => thing({ items: [item('a', { ports: list })] });
  const created = apply(undefined, ports({ number: 53 }, { number: 53, protocol: 'UDP' }));
  const stored = structuredClone(created);
  (spec(stored)['items'] as [{ ports: [JsonMap] }])[0].ports[0]['protocol'] = 'TCP';
  t.is(apply(stored, ports({ number: 53 }, { number: 53, protocol: 'UDP' })), stored);
  const less = apply(stored, ports({ number: 53, protocol: 'UDP' }));
  t.deepEqual(spec(less)['items'], [item('a', { ports: [{ number: 53, protocol: 'UDP' }] })]);
});

test('items stand in the applied order, others keep their place', (t) => {
  const live = update(undefined, thing({ items: [item('X'), item('a'), item('Y'), item('b')] }), 'someone');
  const applied = apply(live, thing({ items: [item('b'), item('n'), item('a')] }));
  t.deepEqual((spec(applied)['items'] as { name: string }[]).map(({ name }) => name).join(''), 'XbnaY');
});

test('another spelling of a quantity is neither a change nor a conflict', (t) => {
  const live = update(undefined, thing({ size: '1024Mi' }), 'someone');
  const applied = apply(live, thing({ size: '1Gi' }));
  t.is(spec(applied)['size'], '1024Mi');
  t.is(apply(applied, thing({ size: '1Gi' })), applied);
  t.throws(() => apply(live, thing({ size: '1G' })));
});

test('null takes a field out', (t) => {
  const live = apply(undefined, thing({ replicas: 1, labels: { a: '1' } }));
  t.deepEqual(spec(apply(live, thing({ replicas: null, labels: { a: '1' } }))), { labels: { a: '1' } });
});

test('bad documents are refused with what is wrong', (t) => {
  const live = { ...thing({}), metadata: { name: 'x', resourceVersion: '5' } };
  const table: [unknown, number, RegExp][] = [
    ['text', 400, /is an object/],
    [thing({}, { managedFields: [{ manager: 'x' }] }), 400, /managedFields must be nil/],
    [thing({}, { resourceVersion: '4' }), 409, /the object has been modified/],
    [thing({ items: [item('a'), item('a')] }), 422, /spec\.items\[1\]: Duplicate value: \{"name":"a"\}/],
    [thing({ items: [{ value: 'x' }] }), 422, /spec\.items\[0\]: Required value: .*name/],
    [thing({ words: ['a', 'a'] }), 422, /spec\.words\[1\]: Duplicate value: "a"/],
    [JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`), 400, /deeper/],
    [JSON.parse('{"metadata":{},"spec":{"__proto__":{"a":1}}}'), 400, /__proto__/],
  ];
  for (const [applied, code, message] of table) {
    const error = t.throws(() => apply(live, applied), { instanceOf: StatusError });
    t.is(error.status.code, code);
    t.regex(error.message, message);
  }
});

test('status through its subresource is owned apart', (t) => {
  const live = apply(undefined, thing({ replicas: 1 }));
  const status = { ...thing({ replicas: 9 }), status: { phase: 'Up' } };
  const after = apply(live, status, { subresource: 'status', manager: 'agent' });
  t.is(spec(after)['replicas'], 1);
  t.deepEqual(after['status'], { phase: 'Up' });
  t.deepEqual(owners(after)['agent Apply status'], { 'f:status': { 'f:phase': {} } });
  const main = apply(after, { ...thing({ replicas: 1 }), status: { phase: 'Down' } });
  t.is(main, after);
});

test('kubectl takes over from client-side apply: its four requests end in one owner', (t) => {
  const sent = (replicas: number): AnyObject => thing({ replicas, items: [item('a', { value: '1' })] });
  const annotated = {
    ...sent(1),
    metadata: { name: 'x', annotations: { last: 'old' }, resourceVersion: '7' },
  };
  // 0: created by `kubectl apply`, defaults owned as well.
  let live = update(undefined, normalize(annotated), 'kubectl-client-side-apply');
  // 1: apply; 2: the annotation.
  live = apply(live, sent(1), { normalize });
  live = apply(live, thing({}, { annotations: { last: 'old' } }), { manager: 'kubectl-last-applied' });
  // 3: a JSON patch that hands everything to the apply entry.
  const entries = live.metadata.managedFields ?? [];
  const own = entries.find(({ manager }) => manager === 'kubectl');
  const old = entries.find(({ manager }) => manager === 'kubectl-client-side-apply');
  const rest = entries.filter((entry) => entry !== own && entry !== old);
  t.truthy(own);
  const patched = applyPatch(thingKind, live, 'json', [
    { op: 'replace', path: '/metadata/managedFields', value: [{ ...own, fieldsV1: old?.fieldsV1 }, ...rest] },
    { op: 'replace', path: '/metadata/resourceVersion', value: '7' },
  ]);
  live = update(live, patched, 'kubectl', 5);
  t.deepEqual(Object.keys(owners(live)).sort(), ['kubectl Apply', 'kubectl-last-applied Apply']);
  // 4: apply again: no conflict, and the default is its own again.
  live = apply(live, sent(2), { normalize });
  t.deepEqual(spec(live), { replicas: 2, mode: 'defaulted', items: [item('a', { value: '1' })] });
  t.deepEqual(owners(live)['kubectl Apply'], {
    'f:spec': { 'f:items': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:value': {} } }, 'f:replicas': {} },
  });
  const stale = [{ op: 'replace', path: '/metadata/resourceVersion', value: '6' }];
  t.is(
    t.throws(() => applyPatch(thingKind, live, 'json', stale), { instanceOf: StatusError }).status.code,
    409,
  );
});

test('an object without any record: what stands there belongs to who came before', (t) => {
  const live = thing({ replicas: 1, mode: 'a' });
  const error = t.throws(() => apply(live, thing({ replicas: 2 })));
  t.regex(error.message, /"before-first-apply".*\.spec\.replicas/s);
  t.deepEqual(owners(apply(live, thing({ replicas: 1 })))['before-first-apply Update'], {
    'f:spec': { 'f:mode': {}, 'f:replicas': {} },
  });
});

const text = fc.constantFrom('1', '2', '3');
const port = fc.record(
  { number: fc.nat(2), protocol: fc.constantFrom('TCP', 'UDP'), target: text },
  { requiredKeys: ['number'] },
);
const keyed = <T extends JsonMap>(entry: fc.Arbitrary<T>, key: (value: T) => unknown): fc.Arbitrary<T[]> =>
  fc.uniqueArray(entry, { selector: key, maxLength: 3 });
const items = keyed(
  fc.record(
    {
      ...{ name: fc.constantFrom('a', 'b', 'c'), value: text, args: fc.array(text, { maxLength: 2 }) },
      labels: fc.dictionary(fc.constantFrom('x', 'y'), text),
      ports: keyed(port, ({ number, protocol = 'TCP' }) => `${number}${protocol}`),
    },
    { requiredKeys: ['name'] },
  ),
  ({ name }) => name,
);
const specs: fc.Arbitrary<JsonMap> = fc
  .record(
    {
      ...{ replicas: fc.nat(3), labels: fc.dictionary(fc.constantFrom('x', 'y', 'z'), text), items },
      words: fc.uniqueArray(text),
      strategy: fc.record({ rolling: fc.record({ surge: fc.nat(3) }) }),
      selector: fc.record({ app: text }),
    },
    { requiredKeys: [] },
  )
  // Plain objects, as JSON yields them.
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonMap);

test('applying twice is applying once; removing everything leaves nothing', (t) => {
  fc.assert(
    fc.property(specs, specs, (first, second) => {
      const one = apply(undefined, thing(first));
      t.is(apply(one, thing(first), { nowMs: 1 }), one);
      const two = apply(one, thing(second), { nowMs: 1 });
      t.is(apply(two, thing(second), { nowMs: 2 }), two);
      // A sole manager's object is what it applied last, whatever came before.
      t.deepEqual(spec(two), second);
      t.deepEqual(apply(two, bare)['spec'], undefined);
    }),
  );
});

test('managers that agree never conflict, and each may leave without harming the other', (t) => {
  fc.assert(
    fc.property(specs, specs, (shared, mine) => {
      const one = apply(undefined, thing(shared), { manager: 'one' });
      const both = apply(one, thing(mine), { manager: 'two', force: true });
      const again = apply(both, thing(mine), { manager: 'two' });
      t.is(again, both);
      const left = apply(both, bare, { manager: 'one' });
      t.is(apply(left, thing(mine), { manager: 'two' }), left);
    }),
  );
});
