// What cannot be fetched, made or started: told, then waited for.
import test from 'ava';
import { toyContainer, toyMemory, toyObserved, toyPod, withImages } from '../toy/toy-observed.ts';
import { app, sandboxes, ready, failed, testRows } from '../toy/toy-steps.ts';
import { eventsOf } from './event-text.ts';
import { nextStep } from './next-step.ts';

testRows(test, [
  // What cannot be fetched, made or started.
  {
    title: 'a failed pull is told, then waited for',
    observed: toyObserved({
      sandboxes,
      memory: toyMemory({ failures: failed('image:app', 'image-not-found') }),
    }),
    step: { type: 'nothing' },
    app: 'ErrImagePull',
    recheckAfterMs: 3000,
  },
  {
    title: 'the wait for the next pull',
    observed: toyObserved({
      sandboxes,
      memory: toyMemory({ failures: failed('image:app', 'image-pull-failed', 2, 5000) }),
    }),
    step: { type: 'nothing' },
    app: 'ImagePullBackOff',
    recheckAfterMs: 15_000,
  },
  {
    title: 'an image that may not be pulled',
    observed: toyObserved({
      sandboxes,
      memory: toyMemory({ failures: failed('image:app', 'image-never-pull') }),
    }),
    step: { type: 'nothing' },
    app: 'ErrImageNeverPull',
  },
  {
    title: 'a name that is none',
    observed: toyObserved({
      sandboxes,
      memory: toyMemory({ failures: failed('image:app', 'invalid-image-name') }),
    }),
    step: { type: 'nothing' },
    app: 'InvalidImageName',
  },
  {
    title: 'a command that does not exist: the failure first',
    observed: toyObserved({
      sandboxes,
      memory: toyMemory({
        ...withImages(app),
        failures: failed('container:app', 'container-start-failed', 2, 0, 1),
      }),
    }),
    step: { type: 'nothing' },
    phase: 'Running',
    app: 'RunContainerError',
  },
  {
    title: 'then the back-off',
    observed: toyObserved({
      sandboxes,
      memory: toyMemory({
        ...withImages(app),
        failures: failed('container:app', 'container-start-failed', 2, 4000, 1),
      }),
    }),
    step: { type: 'nothing' },
    app: 'CrashLoopBackOff',
    recheckAfterMs: 6000,
  },
  {
    title: 'and with policy Never the end',
    observed: toyObserved({
      sandboxes: [],
      pod: toyPod({ restartPolicy: 'Never' }),
      memory: toyMemory({ failures: failed('container:app', 'container-start-failed', 1, 0, 0) }),
    }),
    step: { type: 'nothing' },
    phase: 'Failed',
    app: 'ContainerCannotRun',
  },
  {
    title: 'a container that cannot be made for reasons of the engine',
    observed: toyObserved({
      sandboxes,
      memory: toyMemory({ ...withImages(app), failures: failed('container:app', 'port-taken') }),
    }),
    step: { type: 'nothing' },
    phase: 'Pending',
    app: 'CreateContainerError',
    recheckAfterMs: 500,
  },
  {
    title: 'a sandbox that cannot be made is tried again',
    observed: toyObserved({
      memory: toyMemory({ ...withImages(app), failures: failed('sandbox', 'port-taken', 3) }),
    }),
    step: { type: 'nothing' },
    app: 'ContainerCreating',
    recheckAfterMs: 2000,
  },
  {
    title: 'a reference that leads nowhere',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ containers: [toyContainer({ envFrom: [{ configMapRef: { name: 'nope' } }] })] }),
      sources: () => ({ state: 'absent' }),
      memory: ready,
    }),
    step: { type: 'nothing' },
    phase: 'Pending',
    app: 'CreateContainerConfigError',
  },
  {
    title: 'a reference that has not been read yet',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ containers: [toyContainer({ envFrom: [{ configMapRef: { name: 'late' } }] })] }),
      memory: ready,
    }),
    step: { type: 'nothing' },
    app: 'ContainerCreating',
  },
]);

for (const [subject, code, reason] of [
  ['sandbox', 'port-taken', 'step-failed'],
  ['sandbox', 'container-start-failed', 'step-failed'],
  ['image:app', 'image-not-found', 'image-failed'],
] as const) {
  test(`why nothing goes on is told: ${subject}, ${code}`, (t) => {
    const memory = toyMemory({ ...withImages(app), failures: failed(subject, code) });
    const { reasons } = nextStep(toyObserved({ memory }));
    t.true(reasons.some(({ type }) => type === reason));
  });
}

test('a resolv.conf that had to be cut is told while a container is to start, which starts all the same', (t) => {
  const host = { nameservers: ['192.0.2.1', '192.0.2.2', '192.0.2.3'], search: [], options: [] };
  const { node } = toyObserved();
  const dns = { clusterDns: ['169.254.20.10'], clusterDomain: 'cluster.local', host };
  const pod = toyPod({ dnsConfig: { nameservers: host.nameservers } });
  const observed = toyObserved({ pod, sandboxes, memory: ready, node: { ...node, dns } });
  const { step, reasons } = nextStep(observed);
  const [reason] = reasons;
  t.is(step.type, 'start-container');
  t.deepEqual(reasons, [{ type: 'resolv-conf-cut', what: 'nameservers-cut' }]);
  if (reason === undefined) return;
  const [event] = eventsOf({ namespace: 'shop', name: 'web', uid: 'u1' }, reason);
  t.like(event, { severity: 'Warning', reason: 'DNSConfigForming' });
});
