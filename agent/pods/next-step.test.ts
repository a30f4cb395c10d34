import test from 'ava';
import type { ContainerStatus } from '@gantry/api/kinds/pod';
import {
  NOW_MS,
  SANDBOX_ID,
  toyContainer,
  toyExit,
  toyMemory,
  toyObserved,
  toyPod,
  toyRun,
  toySandbox,
  withImages,
} from '../toy/toy-observed.ts';
import { nextStep } from './next-step.ts';
import type { Failure, InFlight, Observed } from './observed.ts';
import type { PodPhase } from './phase-table.ts';
import { QUICK_EXITS_LABEL } from './restart-back-off.ts';
import { subjectOf, type Step } from './step.ts';
import { timeText } from './time-text.ts';

interface Row {
  title: string;
  observed: Observed;
  /** What the step has to contain. */
  step: { type: Step['type'] } & Record<string, unknown>;
  phase?: PodPhase;
  /** Reason of waiting, `running`, or reason of the end, of the first app container. */
  app?: string;
  recheckAfterMs?: number;
}

const app = toyContainer();
const sandboxes = [toySandbox()];
const ready = toyMemory(withImages(app));
const doing = (...steps: Step[]) =>
  new Map<string, InFlight>(steps.map((step) => [subjectOf(step), { step, sinceMs: NOW_MS }]));
const failed = (subject: string, code: string, count = 1, agoMs = 0, attempt?: number) =>
  new Map<string, Failure>([
    [
      subject,
      { code, message: 'why', count, atMs: NOW_MS - agoMs, ...(attempt === undefined ? {} : { attempt }) },
    ],
  ]);
const ensuring: Step = {
  type: 'ensure-image',
  container: 'app',
  image: app.image,
  policy: 'IfNotPresent',
  auths: [],
};
const quick = (exits: number) => ({ labels: { [QUICK_EXITS_LABEL]: String(exits) } });
const hooked = toyContainer({ lifecycle: { postStart: { exec: { command: ['true'] } } } });
const graceful = toyContainer({ lifecycle: { preStop: { sleep: { seconds: 1 } } } });
const init = toyContainer({ name: 'init' });
const initDone = toyExit(0, 1000, { name: 'init', kind: 'init' });
const startedAgo = (seconds: number) => ({ startTime: timeText(NOW_MS - seconds * 1000) });
const known = (more: Partial<ContainerStatus>): ContainerStatus => ({
  ...{ name: 'app', ready: false, restartCount: 0, image: '', imageID: '' },
  ...more,
});

const rows: Row[] = [
  {
    title: 'a new pod gets its sandbox first',
    observed: toyObserved(),
    step: { type: 'create-sandbox' },
    phase: 'Pending',
    app: 'ContainerCreating',
  },
  {
    title: 'the image is fetched while the sandbox is made',
    observed: toyObserved({
      memory: toyMemory({ inFlight: doing({ type: 'create-sandbox', spec: {} as never }) }),
    }),
    step: { type: 'ensure-image', image: app.image, policy: 'IfNotPresent' },
  },
  {
    title: 'nothing more to do while both are under way',
    observed: toyObserved({
      memory: toyMemory({ inFlight: doing({ type: 'create-sandbox', spec: {} as never }, ensuring) }),
    }),
    step: { type: 'nothing' },
  },
  {
    title: 'volumes are made before anything starts',
    observed: toyObserved({
      sandboxes,
      memory: toyMemory({ ...withImages(app), volumesFingerprint: undefined }),
    }),
    step: { type: 'prepare-volumes' },
  },
  {
    title: 'all is there: the container starts',
    observed: toyObserved({ sandboxes, memory: ready }),
    step: { type: 'start-container', hasPostStart: false },
  },
  {
    title: 'a running container needs nothing',
    observed: toyObserved({ sandboxes, containers: [toyRun()] }),
    step: { type: 'nothing' },
    phase: 'Running',
    app: 'running',
  },
  {
    title: 'a pull policy is implied by the tag',
    observed: toyObserved({ sandboxes, pod: toyPod({ containers: [toyContainer({ image: 'app' })] }) }),
    step: { type: 'ensure-image', policy: 'Always' },
  },
  {
    title: 'an image named by ID is never taken for latest',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ containers: [toyContainer({ image: 'sha256:12ab' })] }),
    }),
    step: { type: 'ensure-image', policy: 'IfNotPresent' },
  },

  // Restarts.
  {
    title: 'a container that died for the first time is started again at once',
    observed: toyObserved({ sandboxes, containers: [toyExit(137)], memory: ready }),
    step: { type: 'start-container' },
    phase: 'Running',
  },
  {
    title: 'one that died again waits, and says so',
    observed: toyObserved({ sandboxes, containers: [toyExit(1, 4000, { ...quick(1), attempt: 1 })] }),
    step: { type: 'read-message' },
    app: 'CrashLoopBackOff',
  },
  {
    title: 'the wait ends at its time',
    observed: toyObserved({
      sandboxes,
      containers: [toyExit(1, 4000, { ...quick(1), attempt: 1 })],
      memory: toyMemory({ ...withImages(app), messages: new Map([['app-1', '']]) }),
    }),
    step: { type: 'nothing' },
    recheckAfterMs: 6000,
  },
  {
    title: 'the fifth quick end waits 160 s',
    observed: toyObserved({
      sandboxes,
      containers: [toyExit(1, 0, quick(5))],
      memory: toyMemory({ messages: new Map([['app-0', '']]) }),
    }),
    step: { type: 'nothing' },
    recheckAfterMs: 160_000,
  },
  {
    title: 'no wait is longer than 5 min',
    observed: toyObserved({
      sandboxes,
      containers: [toyExit(1, 0, quick(50))],
      memory: toyMemory({ messages: new Map([['app-0', '']]) }),
    }),
    step: { type: 'nothing' },
    recheckAfterMs: 300_000,
  },
  {
    title: 'ten minutes of running wipe the slate',
    observed: toyObserved({
      sandboxes,
      containers: [toyExit(1, 0, { ...quick(5), startedAtMs: NOW_MS - 600_000 })],
      memory: ready,
    }),
    step: { type: 'start-container' },
  },
  {
    title: 'OnFailure: a good end is the end',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ restartPolicy: 'OnFailure' }),
      containers: [toyExit(0)],
      memory: toyMemory({ messages: new Map([['app-0', '']]) }),
    }),
    step: { type: 'remove-sandbox' },
    phase: 'Succeeded',
    app: 'Completed',
  },
  {
    title: 'OnFailure: a bad end is not',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ restartPolicy: 'OnFailure' }),
      containers: [toyExit(3)],
      memory: ready,
    }),
    step: { type: 'start-container' },
    phase: 'Running',
  },
  {
    title: 'Never: a bad end is the end',
    observed: toyObserved({
      sandboxes: [],
      pod: toyPod({ restartPolicy: 'Never' }),
      containers: [toyExit(3)],
      memory: toyMemory({ messages: new Map([['app-0', '']]) }),
    }),
    step: { type: 'nothing' },
    phase: 'Failed',
    app: 'Error',
  },
  {
    title: 'killed for its memory: the reason is told',
    observed: toyObserved({
      pod: toyPod({ restartPolicy: 'Never' }),
      containers: [toyExit(137, 0, { oomKilled: true })],
      memory: toyMemory({ messages: new Map([['app-0', '']]) }),
    }),
    step: { type: 'nothing' },
    phase: 'Failed',
    app: 'OOMKilled',
  },
  {
    title: 'only the attempt before the last is kept',
    observed: toyObserved({
      sandboxes,
      containers: [
        toyRun({ attempt: 2 }),
        toyExit(1, 9000, { attempt: 1 }),
        toyExit(1, 9500, { attempt: 0 }),
      ],
    }),
    step: { type: 'remove-containers', containerIds: ['app-0'] },
  },
  {
    title: 'a start that was cut off is removed, and made again',
    observed: toyObserved({
      sandboxes,
      containers: [toyRun({ status: 'created' })],
      memory: toyMemory({ ...withImages(app), inFlight: doing() }),
    }),
    step: { type: 'start-container' },
    phase: 'Pending',
  },
  {
    title: 'a container removed behind our back is started again as the next attempt',
    observed: toyObserved({
      sandboxes,
      pod: toyPod(
        {},
        {
          phase: 'Running',
          containerStatuses: [
            known({ restartCount: 4, containerID: 'docker://gone', state: { running: {} } }),
          ],
        },
      ),
      memory: ready,
    }),
    step: { type: 'start-container' },
    phase: 'Running',
    app: 'ContainerStatusUnknown',
  },
  {
    title: 'and with policy Never ends the pod',
    observed: toyObserved({
      sandboxes: [],
      pod: toyPod(
        { restartPolicy: 'Never' },
        {
          phase: 'Running',
          containerStatuses: [known({ containerID: 'docker://gone', state: { running: {} } })],
        },
      ),
    }),
    step: { type: 'nothing' },
    phase: 'Failed',
    app: 'ContainerStatusUnknown',
  },

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

  // Init containers.
  {
    title: 'init containers come first',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ initContainers: [init] }),
      memory: toyMemory(withImages(app, init)),
    }),
    step: { type: 'start-container', spec: { name: 'init', kind: 'init' } },
    phase: 'Pending',
    app: 'PodInitializing',
  },
  {
    title: 'one after the other',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ initContainers: [init, toyContainer({ name: 'second' })] }),
      containers: [initDone],
      memory: toyMemory({
        ...withImages(app, toyContainer({ name: 'second' })),
        messages: new Map([['init-0', '']]),
      }),
    }),
    step: { type: 'start-container', spec: { name: 'second' } },
  },
  {
    title: 'all done: the app starts',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ initContainers: [init] }),
      containers: [initDone],
      memory: toyMemory(withImages(app)),
    }),
    step: { type: 'start-container', spec: { name: 'app' } },
    app: 'PodInitializing',
  },
  {
    title: 'a failed init container ends a pod that is never restarted',
    observed: toyObserved({
      pod: toyPod({ initContainers: [init], restartPolicy: 'Never' }),
      containers: [toyExit(1, 0, { name: 'init', kind: 'init' })],
      memory: toyMemory({ messages: new Map([['init-0', '']]) }),
    }),
    step: { type: 'nothing' },
    phase: 'Failed',
    app: 'PodInitializing',
  },
  {
    title: 'in a new sandbox the init containers run again',
    observed: toyObserved({
      sandboxes: [toySandbox({ id: 'sandbox-2' })],
      pod: toyPod({ initContainers: [init] }),
      containers: [initDone, toyExit(137)],
      memory: toyMemory({
        ...withImages(init),
        messages: new Map([
          ['init-0', ''],
          ['app-0', ''],
        ]),
      }),
    }),
    step: { type: 'start-container', spec: { name: 'init', attempt: 1 } },
    phase: 'Running',
  },
  {
    title: 'collected init containers do not run again while the app is there',
    observed: toyObserved({ sandboxes, pod: toyPod({ initContainers: [init] }), containers: [toyRun()] }),
    step: { type: 'nothing' },
    phase: 'Running',
  },

  // Hooks.
  {
    title: 'the hook after the start runs once',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ containers: [hooked] }),
      containers: [toyRun()],
      memory: toyMemory({ postStart: new Map([['app-0', 'due']]) }),
    }),
    step: { type: 'run-post-start', container: 'app' },
    app: 'ContainerCreating',
  },
  {
    title: 'while it runs no other container of the pod starts',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ containers: [hooked, toyContainer({ name: 'b' })] }),
      containers: [toyRun()],
      memory: toyMemory({
        ...withImages(toyContainer({ name: 'b' })),
        postStart: new Map([['app-0', 'due']]),
        inFlight: doing({
          type: 'run-post-start',
          container: 'app',
          hook: {},
          target: { containerId: 'app-0', container: 'app', podIp: '', ports: {} },
        }),
      }),
    }),
    step: { type: 'nothing' },
  },
  {
    title: 'when it fails the container is killed',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ containers: [hooked] }),
      containers: [toyRun()],
      memory: toyMemory({ postStart: new Map([['app-0', 'failed']]) }),
    }),
    step: { type: 'stop-container', cause: 'post-start-failed' },
  },
  {
    title: 'an adopted container has had its hook',
    observed: toyObserved({ sandboxes, pod: toyPod({ containers: [hooked] }), containers: [toyRun()] }),
    step: { type: 'nothing' },
    app: 'running',
  },

  // Probes and changes.
  {
    title: 'a failed liveness probe restarts with its own grace',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ containers: [toyContainer({ livenessProbe: { terminationGracePeriodSeconds: 7 } })] }),
      containers: [toyRun()],
      probes: new Map([['app-0', { started: true, failed: { probe: 'liveness', message: '' } }]]),
    }),
    step: { type: 'stop-container', cause: 'liveness-failed', graceSeconds: 7 },
  },
  {
    title: 'a failed startup probe too',
    observed: toyObserved({
      sandboxes,
      containers: [toyRun()],
      probes: new Map([['app-0', { failed: { probe: 'startup', message: '' } }]]),
    }),
    step: { type: 'stop-container', cause: 'startup-failed', graceSeconds: 30 },
  },
  {
    title: 'another image restarts the container',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ containers: [toyContainer({ image: 'registry.example/app:2' })] }),
      containers: [toyRun()],
    }),
    step: { type: 'stop-container', cause: 'definition-changed' },
  },
  {
    title: 'whatever its policy, and without a wait',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({
        restartPolicy: 'Never',
        containers: [toyContainer({ image: 'registry.example/app:2' })],
      }),
      containers: [toyExit(143, 0, quick(4))],
      memory: toyMemory(withImages(toyContainer({ image: 'registry.example/app:2' }))),
    }),
    step: { type: 'start-container', spec: { attempt: 1 } },
    phase: 'Running',
  },
  {
    title: 'a second run of one container is one too many',
    observed: toyObserved({ sandboxes, containers: [toyRun({ attempt: 1 }), toyRun({ attempt: 0 })] }),
    step: { type: 'stop-container', containerId: 'app-0', cause: 'superfluous' },
  },

  // The sandbox.
  {
    title: 'a dead sandbox takes its containers with it',
    observed: toyObserved({ sandboxes: [toySandbox({ running: false })], containers: [toyRun()] }),
    step: { type: 'stop-container', cause: 'sandbox-gone' },
    phase: 'Running',
  },
  {
    title: 'it is removed before there is a new one',
    observed: toyObserved({ sandboxes: [toySandbox({ running: false })], containers: [toyExit(137)] }),
    step: { type: 'remove-sandbox', sandboxId: SANDBOX_ID },
  },
  {
    title: 'then there is a new one',
    observed: toyObserved({ containers: [toyExit(137)] }),
    step: { type: 'create-sandbox' },
    phase: 'Running',
  },
  {
    title: 'but not for a pod that has ended',
    observed: toyObserved({
      pod: toyPod({ restartPolicy: 'Never' }),
      containers: [toyExit(137)],
      memory: toyMemory({ messages: new Map([['app-0', '']]) }),
    }),
    step: { type: 'nothing' },
    phase: 'Failed',
  },
  {
    title: 'while a container of the old one still runs, there is no new one',
    observed: toyObserved({
      containers: [toyRun()],
      memory: toyMemory({
        inFlight: doing({
          ...{ type: 'stop-container', containerId: 'app-0', container: 'app', cause: 'sandbox-gone' },
          ...{ message: '', graceSeconds: 30 },
        }),
      }),
    }),
    step: { type: 'nothing' },
  },

  // Deadline and end.
  {
    title: 'the active deadline ends the pod',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ activeDeadlineSeconds: 10 }, startedAgo(10)),
      containers: [toyRun()],
    }),
    step: { type: 'stop-container', cause: 'deadline-exceeded' },
    phase: 'Failed',
  },
  {
    title: 'and is waited for',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ activeDeadlineSeconds: 10 }, startedAgo(4)),
      containers: [toyRun()],
    }),
    step: { type: 'nothing' },
    recheckAfterMs: 6000,
  },
  {
    title: 'a pod that the API calls finished stays so',
    observed: toyObserved({ pod: toyPod({}, { phase: 'Failed', reason: 'Evicted', message: 'm' }) }),
    step: { type: 'nothing' },
    phase: 'Failed',
  },
  {
    title: 'deletion: hook and TERM with the whole grace',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ containers: [graceful] }),
      containers: [toyRun()],
      ending: { cause: 'deleted', graceSeconds: 20, sinceMs: NOW_MS },
    }),
    step: {
      type: 'stop-container',
      cause: 'pod-ending',
      graceSeconds: 20,
      preStop: { hook: { sleep: { seconds: 1 } } },
    },
    phase: 'Running',
  },
  {
    title: 'what has been used of the grace is gone',
    observed: toyObserved({
      containers: [toyRun()],
      ending: { cause: 'deleted', graceSeconds: 20, sinceMs: NOW_MS - 15_000 },
    }),
    step: { type: 'stop-container', graceSeconds: 5 },
  },
  {
    title: 'no grace, no hook',
    observed: toyObserved({
      pod: toyPod({ containers: [graceful] }),
      containers: [toyRun()],
      ending: { cause: 'deleted', graceSeconds: 0, sinceMs: NOW_MS },
    }),
    step: { type: 'stop-container', graceSeconds: 0, preStop: undefined },
  },
  {
    title: 'a shorter grace hurries the stop that is under way',
    observed: toyObserved({
      containers: [toyRun()],
      ending: { cause: 'deleted', graceSeconds: 0, sinceMs: NOW_MS },
      memory: toyMemory({
        inFlight: doing({
          ...{ type: 'stop-container', containerId: 'app-0', container: 'app', cause: 'pod-ending' },
          ...{ message: '', graceSeconds: 30 },
        }),
      }),
    }),
    step: { type: 'kill-container', containerId: 'app-0' },
  },
  {
    title: 'a start under way is waited for',
    observed: toyObserved({
      sandboxes,
      ending: { cause: 'deleted', graceSeconds: 5, sinceMs: NOW_MS },
      memory: toyMemory({
        inFlight: doing({
          ...{ type: 'start-container', spec: { name: 'app' } as never, files: [], hasPostStart: false },
        }),
      }),
    }),
    step: { type: 'nothing' },
  },
  {
    title: 'all stopped: clean up',
    observed: toyObserved({
      sandboxes,
      containers: [toyExit(143)],
      ending: { cause: 'deleted', graceSeconds: 5, sinceMs: NOW_MS },
      memory: toyMemory({ messages: new Map([['app-0', 'bye']]) }),
    }),
    step: { type: 'clean-up', containerIds: ['app-0'], sandboxIds: [SANDBOX_ID] },
    phase: 'Failed',
  },
  {
    title: 'clean: the API may forget the pod',
    observed: toyObserved({
      ending: { cause: 'deleted', graceSeconds: 5, sinceMs: NOW_MS },
      memory: toyMemory({ isCleanedUp: true }),
    }),
    step: { type: 'confirm-deleted' },
  },
  {
    title: 'it has: the end',
    observed: toyObserved({
      ending: { cause: 'deleted', graceSeconds: 5, sinceMs: NOW_MS },
      memory: toyMemory({ isCleanedUp: true, isConfirmed: true }),
    }),
    step: { type: 'forget' },
  },
  {
    title: 'a pod that vanished is stopped too, and nobody is told',
    observed: toyObserved({
      sandboxes,
      containers: [toyRun({ name: 'unknown' })],
      ending: { cause: 'vanished', graceSeconds: 5, sinceMs: NOW_MS },
    }),
    step: { type: 'stop-container', container: 'unknown' },
  },
  {
    title: 'vanished and clean: the end',
    observed: toyObserved({
      ending: { cause: 'vanished', graceSeconds: 5, sinceMs: NOW_MS },
      memory: toyMemory({ isCleanedUp: true }),
    }),
    step: { type: 'forget' },
  },
];

for (const row of rows) {
  test(row.title, (t) => {
    const decision = nextStep(row.observed);
    t.like(decision.step, row.step);
    if (row.phase !== undefined) t.is(decision.status.phase, row.phase);
    if (row.app !== undefined) t.is(appWord(decision.status.containerStatuses?.[0]), row.app);
    if (row.recheckAfterMs !== undefined) t.is(decision.recheckAfterMs, row.recheckAfterMs);
  });
}

function appWord(status: ContainerStatus | undefined): string | undefined {
  const { running, waiting, terminated } = status?.state ?? {};
  return running === undefined ? (waiting?.reason ?? terminated?.reason) : 'running';
}

test('the same observation gives the same decision', (t) => {
  for (const { observed } of rows) t.deepEqual(nextStep(observed), nextStep(observed));
});

test('a status rendered from its own result stays as it is', (t) => {
  for (const { title, observed } of rows) {
    const { status } = nextStep(observed);
    t.deepEqual(nextStep({ ...observed, status }).status, status, title);
  }
});
