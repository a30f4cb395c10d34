// How a pod ends: its deadline, deletion with its grace, and pods that vanished.
import test from 'ava';
import { NOW_MS, SANDBOX_ID, toyExit, toyMemory, toyObserved, toyPod, toyRun } from '../toy/toy-observed.ts';
import { sandboxes, doing, graceful, startedAgo, testRows } from '../toy/toy-steps.ts';

testRows(test, [
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
    title: 'while connections may still come, it runs on',
    observed: toyObserved({
      sandboxes,
      pod: toyPod({ containers: [graceful] }),
      containers: [toyRun()],
      ending: { cause: 'deleted', graceSeconds: 20, sinceMs: NOW_MS, holdUntilMs: NOW_MS + 3000 },
    }),
    step: { type: 'nothing' },
    recheckAfterMs: 3000,
    phase: 'Running',
  },
  {
    title: 'the grace begins once none come any more',
    observed: toyObserved({
      containers: [toyRun()],
      ending: { cause: 'deleted', graceSeconds: 20, sinceMs: NOW_MS - 9000, holdUntilMs: NOW_MS - 1000 },
    }),
    step: { type: 'stop-container', graceSeconds: 19 },
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
]);
