// What may change of a pod that is there.
import test from 'ava';
import { podKind, type PodSpec } from '../pod.ts';
import { podOf } from './test-pod.ts';

const updates = (change: (spec: PodSpec) => void, before: object = {}): string[] => {
  const old = podOf(before);
  const next = structuredClone(old);
  change(next.spec);
  return (podKind.checkUpdate?.(next, old) ?? []).map(({ path, message }) => `${path}: ${message}`);
};

test('of a pod only few fields may change', (t) => {
  t.deepEqual(
    updates((spec) => {
      spec.containers.forEach((container) => (container.image = 'web:2'));
      spec.tolerations = [{ operator: 'Exists' }];
      spec.activeDeadlineSeconds = 5;
      spec.nodeName = 'node-1';
    }),
    [],
  );
  const [changed = ''] = updates((spec) => (spec.hostNetwork = true));
  t.regex(
    changed,
    /^spec: Forbidden: pod updates may not change fields other than .*\(changed: hostNetwork\)$/,
  );
  const [moved = ''] = updates((spec) => (spec.nodeName = 'node-2'), { nodeName: 'node-1' });
  t.regex(moved, /^spec.nodeName: Forbidden: a pod stays on its node/);
  const [longer = ''] = updates((spec) => (spec.activeDeadlineSeconds = 9), { activeDeadlineSeconds: 5 });
  t.regex(
    longer,
    /^spec.activeDeadlineSeconds: Invalid value: 9: must be less than or equal to the previous value 5/,
  );
  const [bare = ''] = updates((spec) => (spec.tolerations = []), { tolerations: [{ operator: 'Exists' }] });
  t.regex(bare, /^spec.tolerations: Forbidden/);
});

test('scheduling gates may be taken away, never added', (t) => {
  const gates = { schedulingGates: [{ name: 'a' }, { name: 'b' }] };
  t.deepEqual(
    updates((spec) => (spec.schedulingGates = [{ name: 'b' }]), gates),
    [],
  );
  t.deepEqual(
    updates((spec) => delete spec.schedulingGates, gates),
    [],
  );
  t.deepEqual(
    updates((spec) => (spec.schedulingGates = [{ name: 'c' }]), gates),
    ["spec.schedulingGates: Forbidden: only deletion is allowed, but found new scheduling gate 'c'"],
  );
});
