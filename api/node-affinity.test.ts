import test from 'ava';
import {
  matchesNodeAffinity,
  matchesNodeSelector,
  namedNodes,
  type NodeRequirementLike,
  type NodeSelectorTermLike,
} from './node-affinity.ts';

const NODE = { metadata: { name: 'n1', labels: { zone: 'a', cores: '8', empty: '' } } };

const CASES: [NodeRequirementLike, boolean][] = [
  [{ key: 'zone', operator: 'In', values: ['a', 'b'] }, true],
  [{ key: 'zone', operator: 'In', values: ['b'] }, false],
  [{ key: 'absent', operator: 'In', values: [''] }, false],
  [{ key: 'zone', operator: 'NotIn', values: ['b'] }, true],
  [{ key: 'zone', operator: 'NotIn', values: ['a'] }, false],
  [{ key: 'absent', operator: 'NotIn', values: ['a'] }, true],
  [{ key: 'empty', operator: 'Exists' }, true],
  [{ key: 'absent', operator: 'Exists' }, false],
  [{ key: 'absent', operator: 'DoesNotExist' }, true],
  [{ key: 'zone', operator: 'DoesNotExist' }, false],
  [{ key: 'cores', operator: 'Gt', values: ['4'] }, true],
  [{ key: 'cores', operator: 'Gt', values: ['8'] }, false],
  [{ key: 'cores', operator: 'Lt', values: ['16'] }, true],
  [{ key: 'zone', operator: 'Gt', values: ['4'] }, false],
  [{ key: 'cores', operator: 'Gt', values: ['x'] }, false],
  [{ key: 'cores', operator: 'Gt' }, false],
  [{ key: 'zone', operator: 'Near', values: ['a'] }, false],
];

for (const [requirement, expected] of CASES) {
  const { key, operator, values } = requirement;
  test(`${key} ${operator} ${values?.join(',') ?? ''} is ${expected}`, (t) => {
    t.is(matchesNodeSelector({ nodeSelectorTerms: [{ matchExpressions: [requirement] }] }, NODE), expected);
  });
}

test('terms are alternatives, conditions of one term hold together', (t) => {
  const yes = { key: 'zone', operator: 'Exists' };
  const no = { key: 'zone', operator: 'DoesNotExist' };
  t.true(
    matchesNodeSelector(
      { nodeSelectorTerms: [{ matchExpressions: [no] }, { matchExpressions: [yes] }] },
      NODE,
    ),
  );
  t.false(matchesNodeSelector({ nodeSelectorTerms: [{ matchExpressions: [yes, no] }] }, NODE));
});

test('no terms and an empty term match nothing', (t) => {
  t.false(matchesNodeSelector({ nodeSelectorTerms: [] }, NODE));
  t.false(matchesNodeSelector({ nodeSelectorTerms: [{}] }, NODE));
});

test('matchFields knows the name and nothing else', (t) => {
  const byName = (key: string, name: string) => ({
    nodeSelectorTerms: [{ matchFields: [{ key, operator: 'In', values: [name] }] }],
  });
  t.true(matchesNodeSelector(byName('metadata.name', 'n1'), NODE));
  t.false(matchesNodeSelector(byName('metadata.name', 'n2'), NODE));
  t.false(matchesNodeSelector(byName('metadata.uid', 'n1'), NODE));
});

test('nodeSelector and required affinity have to hold both', (t) => {
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'cores', operator: 'Exists' }] }],
      },
    },
  };
  t.true(matchesNodeAffinity({}, NODE));
  t.true(matchesNodeAffinity({ nodeSelector: { zone: 'a' }, affinity }, NODE));
  t.false(matchesNodeAffinity({ nodeSelector: { zone: 'b' }, affinity }, NODE));
  t.false(matchesNodeAffinity({ affinity }, { metadata: { name: 'bare' } }));
});

test('nodes are named only when every term goes by name', (t) => {
  const byName = (...values: string[]): NodeSelectorTermLike => {
    return { matchFields: [{ key: 'metadata.name', operator: 'In', values }] };
  };
  const byLabel: NodeSelectorTermLike = { matchExpressions: [{ key: 'zone', operator: 'Exists' }] };
  const named = (...nodeSelectorTerms: NodeSelectorTermLike[]) =>
    namedNodes({
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
      },
    });
  t.is(namedNodes({}), undefined);
  t.deepEqual(named(byName('a')), ['a']);
  t.deepEqual(named({ ...byLabel, ...byName('a') }, byName('b', 'a')), ['a', 'b']);
  t.is(named(byName('a'), byLabel), undefined);
  t.is(named({ matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['a'] }] }), undefined);
});
