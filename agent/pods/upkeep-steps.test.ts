// A pod that runs: probes that failed, changes of its definition, a sandbox that died.
import test from 'ava';
import {
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
import { sandboxes, doing, quick, testRows } from '../toy/toy-steps.ts';

testRows(test, [
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
]);
