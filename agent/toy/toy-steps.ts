// What the table tests of the pod's steps share: the form of a row, the plainest containers, and what holds for every row.
import type { TestFn } from 'ava';
import type { ContainerStatus } from '@gantry/api/kinds/pod';
import { timeText } from '@gantry/kit/time-text';
import { nextStep } from '../pods/next-step.ts';
import type { Failure, InFlight, Observed } from '../pods/observed.ts';
import type { PodPhase } from '../pods/phase-table.ts';
import { QUICK_EXITS_LABEL } from '../pods/restart-back-off.ts';
import { subjectOf, type Step } from '../pods/step.ts';
import { NOW_MS, toyContainer, toyExit, toyMemory, toySandbox, withImages } from './toy-observed.ts';

/** One observation and what has to be decided. */
export interface Row {
  title: string;
  observed: Observed;
  /** What the step has to contain. */
  step: { type: Step['type'] } & Record<string, unknown>;
  phase?: PodPhase;
  /** Reason of waiting, `running`, or reason of the end, of the first app container. */
  app?: string;
  recheckAfterMs?: number;
}

export const app = toyContainer();
export const sandboxes = [toySandbox()];
export const ready = toyMemory(withImages(app));
/** Steps that are under way. */
export const doing = (...steps: Step[]) =>
  new Map<string, InFlight>(steps.map((step) => [subjectOf(step), { step, sinceMs: NOW_MS }]));
/** A step that failed. */
export const failed = (subject: string, code: string, count = 1, agoMs = 0, attempt?: number) =>
  new Map<string, Failure>([
    [
      subject,
      { code, message: 'why', count, atMs: NOW_MS - agoMs, ...(attempt === undefined ? {} : { attempt }) },
    ],
  ]);
export const ensuring: Step = {
  type: 'ensure-image',
  container: 'app',
  image: app.image,
  policy: 'IfNotPresent',
  auths: [],
  annotations: {},
};
/** Labels of a container that has ended quickly so often in a row. */
export const quick = (exits: number) => ({ labels: { [QUICK_EXITS_LABEL]: String(exits) } });
export const hooked = toyContainer({ lifecycle: { postStart: { exec: { command: ['true'] } } } });
export const graceful = toyContainer({ lifecycle: { preStop: { sleep: { seconds: 1 } } } });
export const init = toyContainer({ name: 'init' });
export const initDone = toyExit(0, 1000, { name: 'init', kind: 'init' });
/** The status of a pod that was accepted so long ago. */
export const startedAgo = (seconds: number) => ({ startTime: timeText(NOW_MS - seconds * 1000) });
/** What the status said of the app's container. */
export const known = (more: Partial<ContainerStatus>): ContainerStatus => ({
  ...{ name: 'app', ready: false, restartCount: 0, image: '', imageID: '' },
  ...more,
});

/** A test for each row; and for all: the same observation gives the same decision, a status from its own result stays. */
export function testRows(test: TestFn, rows: readonly Row[]): void {
  for (const row of rows) {
    test(row.title, (t) => {
      const decision = nextStep(row.observed);
      t.like(decision.step, row.step);
      if (row.phase !== undefined) t.is(decision.status.phase, row.phase);
      if (row.app !== undefined) t.is(appWord(decision.status.containerStatuses?.[0]), row.app);
      if (row.recheckAfterMs !== undefined) t.is(decision.recheckAfterMs, row.recheckAfterMs);
      t.deepEqual(nextStep(row.observed), decision);
      const { status } = decision;
      t.deepEqual(nextStep({ ...row.observed, status }).status, status);
    });
  }
}

function appWord(status: ContainerStatus | undefined): string | undefined {
  const { running, waiting, terminated } = status?.state ?? {};
  return running === undefined ? (waiting?.reason ?? terminated?.reason) : 'running';
}
