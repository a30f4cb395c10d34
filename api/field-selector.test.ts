import test from 'ava';
import fc from 'fast-check';
import {
  type FieldSelector,
  formatFieldSelector,
  matchesFields,
  parseFieldSelector,
  requiredValue,
  unknownFieldMessage,
  unknownFields,
} from './field-selector.ts';
import type { AnyObject } from './meta.ts';

const pods = {
  namespaced: true,
  selectableFields: {
    'spec.nodeName': (pod: AnyObject) => (pod['spec'] as { nodeName?: string }).nodeName ?? '',
  },
};
const pod = (name: string, nodeName?: string): AnyObject => {
  const spec = nodeName === undefined ? {} : { nodeName };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec };
};

function parsed(text: string): FieldSelector {
  const result = parseFieldSelector(text);
  if (!result.ok) throw new Error(result.message);
  return result.selector;
}

test('reads terms, operators and escapes', (t) => {
  t.deepEqual(parsed(''), []);
  t.deepEqual(parsed('a=b'), [{ field: 'a', operator: '=', value: 'b' }]);
  t.deepEqual(parsed('a==b, c!=d ,'), [
    { field: 'a', operator: '=', value: 'b' },
    { field: 'c', operator: '!=', value: 'd' },
  ]);
  t.deepEqual(parsed('a='), [{ field: 'a', operator: '=', value: '' }]);
  t.deepEqual(parsed('a=x\\,y\\=z\\\\'), [{ field: 'a', operator: '=', value: 'x,y=z\\' }]);
});

test('says which term it cannot read', (t) => {
  for (const text of ['a', 'a=b,c', '=b', 'a=b=c', 'a=b\\', 'a=b\\x', 'a>b', 'a in (b)']) {
    const result = parseFieldSelector(text);
    t.false(result.ok, text);
  }
  const result = parseFieldSelector('a=b,c');
  t.deepEqual(result, { ok: false, message: `invalid field selector 'a=b,c': cannot understand 'c'` });
});

test('matches by name, namespace and the fields that the kind offers', (t) => {
  const table: [string, boolean][] = [
    ['', true],
    ['metadata.name=web', true],
    ['metadata.name=other', false],
    ['metadata.name!=other', true],
    ['metadata.namespace=default,spec.nodeName=n1', true],
    ['spec.nodeName!=n1', false],
    ['spec.nodeName=', false],
  ];
  for (const [text, matches] of table)
    t.is(matchesFields(pods, parsed(text), pod('web', 'n1')), matches, text);
  t.true(matchesFields(pods, parsed('spec.nodeName='), pod('web')));
});

test('fields that the kind does not offer are named, with those that it does', (t) => {
  t.deepEqual(unknownFields(pods, parsed('spec.x=1,metadata.name=a,spec.x!=2')), ['spec.x']);
  t.is(
    unknownFieldMessage(pods, 'spec.x'),
    '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace", "spec.nodeName"',
  );
  t.deepEqual(unknownFields({ namespaced: false, selectableFields: {} }, parsed('metadata.namespace=a')), [
    'metadata.namespace',
  ]);
});

test('a demanded value may drive an index', (t) => {
  t.is(requiredValue(parsed('spec.nodeName=n1,a!=b'), 'spec.nodeName'), 'n1');
  t.is(requiredValue(parsed('spec.nodeName!=n1'), 'spec.nodeName'), undefined);
});

test('what is printed reads back the same', (t) => {
  const requirement = fc.record({
    field: fc.constantFrom('metadata.name', 'a.b'),
    operator: fc.constantFrom('=' as const, '!=' as const),
    value: fc.string().map((text) => text.trim()),
  });
  fc.assert(
    fc.property(fc.array(requirement), (selector) => {
      t.deepEqual(parsed(formatFieldSelector(selector)), selector);
    }),
  );
});
