// Which containers that have ended are started again, and when.
import test from 'ava';
import { NOW_MS, toyExit, toyMemory, toyObserved, toyPod, toyRun, withImages } from '../toy/toy-observed.ts';
import { app, sandboxes, ready, doing, quick, known, testRows } from '../toy/toy-steps.ts';

testRows(test, [
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
]);
