// The requests by which workloads are changed.
import test from 'ava';
import { pausing, restarting, scaling, undoing } from './workload-changes.ts';

test('scaling goes to the subresource, so that who may only scale may do it', (t) => {
  t.deepEqual(scaling(5), {
    method: 'PATCH',
    contentType: 'application/json-patch+json',
    suffix: '/scale?fieldManager=gantry-dashboard',
    body: [{ op: 'add', path: '/spec/replicas', value: 5 }],
  });
});

test('a restart writes when it was asked for, where kubectl does', (t) => {
  t.deepEqual(restarting(0).body, {
    spec: {
      template: {
        metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '1970-01-01T00:00:00.000Z' } },
      },
    },
  });
});

test('resuming takes the field away', (t) => {
  t.deepEqual(pausing(true).body, { spec: { paused: true } });
  t.deepEqual(pausing(false).body, { spec: { paused: null } });
});

test('undo replaces the whole template: what was added since goes', (t) => {
  const template = { spec: { containers: [] } };
  t.deepEqual(undoing({ number: 3, changeCause: '', keptBy: 'web-1', template }).body, [
    { op: 'replace', path: '/spec/template', value: template },
  ]);
});
