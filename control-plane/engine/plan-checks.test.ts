import test from 'ava';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import type { Action, ObjectRef } from './controller.ts';
import { ACTIONS_PER_PLAN_MAX, checkPlan } from './plan-checks.ts';
import { emptyWorld, readerOf, withObject } from './toy-world.ts';

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'default' },
  spec: { containers: [] },
};
const world = readerOf(withObject(emptyWorld(), podKind, POD));
const observed: AnyObject = world.get(podKind, { namespace: 'default', name: 'a' }) ?? POD;
const REF: ObjectRef = {
  definition: podKind,
  namespace: 'default',
  name: 'a',
  uid: observed.metadata.uid ?? '',
};
const create = (metadata: object): Action => ({
  type: 'create',
  definition: podKind,
  object: { ...POD, metadata: { namespace: 'default', ...metadata } },
});
const remove = (ref: Partial<ObjectRef> = {}): Action => ({
  type: 'delete',
  ref: { ...REF, ...ref },
  reason: 'x',
});
const update: Action = { type: 'update', definition: podKind, object: observed };
const status: Action = { type: 'write-status', ref: REF, resourceVersion: '2', status: {} };
const event = (reason: string, message: string): Action => {
  return { type: 'record-event', regarding: POD, severity: 'Normal', reason, message };
};

const ROWS: [string, Action[], RegExp | undefined][] = [
  ['nothing', [], undefined],
  ['one of each', [create({ name: 'b' }), remove(), status, event('Done', 'ok')], undefined],
  ['an update and the status of the same object', [update, status], undefined],
  ['two actions on one object', [update, remove()], /two actions on pods default\/a/],
  [
    'two creations of one name',
    [create({ name: 'b' }), create({ name: 'b' })],
    /two actions on pods default\/b/,
  ],
  ['two statuses of one object', [status, status], /two actions on pods default\/a status/],
  ['a creation without a name', [create({ generateName: 'x-' })], /create without a name/],
  ['a creation of what exists', [create({ name: 'b', uid: 'u' })], /create of an object that exists/],
  ['a creation in no namespace', [create({ name: 'b', namespace: '' })], /wrong namespace/],
  [
    'a cluster-wide object in a namespace',
    [{ ...create({ name: 'b' }), definition: nodeKind } as Action],
    /wrong namespace/,
  ],
  ['a reference to what was not observed', [remove({ name: 'z' })], /was not observed/],
  [
    'a reference to an earlier object of the name',
    [remove({ uid: 'old' })],
    /with uid "old" was not observed/,
  ],
  [
    'an update without a revision',
    [
      {
        type: 'update',
        definition: podKind,
        object: { ...observed, metadata: { ...observed.metadata, resourceVersion: undefined as never } },
      },
    ],
    /without a resourceVersion/,
  ],
  ['a status without a revision', [{ ...status, resourceVersion: '' }], /status without a resourceVersion/],
  ['a reason of two words', [event('Two words', 'x')], /is not one CamelCase word/],
  ['an empty message', [event('Done', '')], /event message of 0/],
  ['an endless message', [event('Done', 'x'.repeat(1025))], /event message of 1025/],
  [
    'an event that goes with a change',
    [{ ...remove(), event: { regarding: POD, severity: 'Normal', reason: 'no', message: 'x' } } as Action],
    /CamelCase/,
  ],
  ['a measure that is no number', [{ type: 'measure', metric: 'm', value: NaN }], /measure m is NaN/],
  [
    'too many',
    Array.from({ length: ACTIONS_PER_PLAN_MAX + 1 }, () => event('Done', 'x')),
    /actions in one plan/,
  ],
];

for (const [name, actions, expected] of ROWS) {
  test(`plan with ${name}`, (t) => {
    const findings = checkPlan({ actions, reasons: [] }, world);
    if (expected === undefined) t.deepEqual(findings, []);
    else
      t.true(
        findings.some((finding) => expected.test(finding)),
        findings.join('; '),
      );
  });
}

test('a recheck has to lie in the future', (t) => {
  for (const recheckAfterMs of [0, -1, NaN, Infinity]) {
    t.is(checkPlan({ actions: [], reasons: [], recheckAfterMs }, world).length, 1);
  }
  t.deepEqual(checkPlan({ actions: [], reasons: [], recheckAfterMs: 1 }, world), []);
});
