// Getting a pod to run: sandbox, volumes, images, init containers, the hook after the start.
import test from 'ava';
import {
  toyContainer,
  toyExit,
  toyMemory,
  toyObserved,
  toyPod,
  toyRun,
  toySandbox,
  withImages,
} from '../toy/toy-observed.ts';
import {
  app,
  sandboxes,
  ready,
  doing,
  ensuring,
  hooked,
  init,
  initDone,
  testRows,
} from '../toy/toy-steps.ts';

testRows(test, [
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
]);
