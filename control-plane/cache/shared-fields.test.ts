import test from 'ava';
import fc from 'fast-check';
import type { AnyObject } from '@gantry/api/meta';
import { SharedFields } from './shared-fields.ts';

const FIELDS = { 'f:spec': { 'k:{"name":"a\\"}{"}': { '.': {}, 'f:x': {} } }, 'f:"fieldsV1"': {} };

function anObject(managedFields: unknown, more: object = {}): AnyObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', managedFields }, ...more } as AnyObject;
}

const entry = (manager: string, fieldsV1: unknown) => ({ manager, operation: 'Update', fieldsV1 });

const fieldsOf = (raw: unknown, index = 0): unknown =>
  (raw as AnyObject).metadata.managedFields?.[index]?.fieldsV1;

test('equal records of different objects are one, and frozen', (t) => {
  const shared = new SharedFields();
  const text = JSON.stringify(anObject([entry('a', FIELDS), entry('b', { 'f:status': {} })]));
  const [first, second] = [shared.parse(text), shared.parse(text.replace('"p"', '"q"'))];
  t.deepEqual(first, JSON.parse(text));
  t.is(fieldsOf(first), fieldsOf(second));
  t.is(fieldsOf(first, 1), fieldsOf(second, 1));
  t.not(fieldsOf(first), fieldsOf(first, 1));
  t.true(Object.isFrozen(fieldsOf(first)));
});

test('records that differ in one part share the others', (t) => {
  const shared = new SharedFields();
  const [first, second] = ['10.0.0.1', '10.0.0.2'].map((ip) => {
    const status = {
      'f:conditions': { 'k:{"type":"Ready"}': { '.': {}, 'f:status': {} } },
      'f:podIPs': { [`k:{"ip":"${ip}"}`]: {} },
    };
    const object = anObject([entry('a', { 'f:status': status })]);
    const parsed = shared.parse(JSON.stringify(object));
    t.deepEqual(parsed, object);
    return (fieldsOf(parsed) as { 'f:status': typeof status })['f:status'];
  });
  t.is(first?.['f:conditions'], second?.['f:conditions']);
  t.not(first?.['f:podIPs'], second?.['f:podIPs']);
  t.true(Object.isFrozen(first) && Object.isFrozen(first?.['f:podIPs']));
});

test('what only looks like a record, or is in no record of managers, is data', (t) => {
  const shared = new SharedFields();
  const nested = { data: { x: 1, fieldsV1: { a: 1 } } };
  for (const object of [
    anObject([entry('a', FIELDS)], nested),
    anObject([entry('a', 0)], nested),
    anObject([entry('a', 0), entry('b', FIELDS)]),
    anObject([entry('a', { deep: { x: 1, fieldsV1: { b: 2 } } })]),
    anObject([{ ...entry('a', FIELDS), extra: { y: 1, fieldsV1: {} } }]),
    anObject('none', nested),
    anObject([entry('a', null), entry('b', {}), {}]),
    anObject([], { text: ',"fieldsV1":{"a":1}' }),
  ]) {
    const text = JSON.stringify(object);
    t.deepEqual(shared.parse(text), JSON.parse(text), text);
  }
});

test('what is not JSON is refused as JSON.parse refuses it', (t) => {
  const shared = new SharedFields();
  const text = JSON.stringify(anObject([entry('a', FIELDS)]));
  for (let end = 0; end < text.length; end += 1) {
    t.throws(() => shared.parse(text.slice(0, end)), { instanceOf: SyntaxError });
  }
  t.throws(() => shared.parse(text.replace('"f:x":{}', '"f:x":{,}')), { instanceOf: SyntaxError });
});

test('whatever the object, it is parsed as JSON.parse does', (t) => {
  const shared = new SharedFields();
  const fields = fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.constant({})));
  const manager = fc.record(
    { fieldsV1: fields, manager: fc.string(), time: fc.string() },
    { requiredKeys: [] },
  );
  const object = fc.record({
    metadata: fc.record({ name: fc.string(), managedFields: fc.array(manager, { maxLength: 3 }) }),
    spec: fc.oneof(fc.jsonValue(), manager),
  });
  fc.assert(
    fc.property(object, (each) => {
      const text = JSON.stringify(each);
      t.deepEqual(shared.parse(text), JSON.parse(text));
    }),
  );
});
