// What is done about the metrics of a run that Jobs measure: they are started when they are due, read when they have ended, and
// ended with the run. Pure.
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { jobKind, type Job } from '@gantry/api/kinds/job';
import type { Action } from '../../engine/controller.ts';
import { inFlight, isTerminating, runTime } from '../../analysis/assess.ts';
import { nextMeasurements } from '../../analysis/next-measurements.ts';
import { withMeasurement, type Taken } from '../../analysis/with-measurement.ts';
import { isDeleting } from '../pod-condition.ts';
import { begunByJob, endedByJob, JOB_NAME, metricJob, metricJobName } from './metric-job.ts';
import type { Observed } from './observe.ts';
import type { AnalysisRunReason } from './reasons.ts';

/** The run afterwards, and what leads there. */
export interface Steps {
  run: AnalysisRun;
  actions: Action[];
  reasons: AnalysisRunReason[];
}

/** Takes all steps that are due. */
export function jobSteps({ run, jobs }: Observed, nowMs: number): Steps {
  const steps: Steps = { run, actions: [], reasons: [] };
  readEnded(steps, jobs, nowMs);
  endRunning(steps, jobs, nowMs);
  startDue(steps, jobs, nowMs);
  steps.actions.push(...forgetOld(steps.run, jobs));
  return steps;
}

const named = (jobs: readonly Job[], name: string | undefined): Job | undefined =>
  jobs.find(({ metadata }) => metadata.name === name);

function take(steps: Steps, taken: Taken, nowMs: number): void {
  const status = withMeasurement(steps.run, taken, nowMs);
  if (status !== undefined) steps.run = { ...steps.run, status };
}

/** Measurements that a Job has begun and not ended. */
function runningJobs({ status }: AnalysisRun): { metric: string; job: string }[] {
  return (status?.metricResults ?? []).flatMap((result) => {
    const job = inFlight(result)?.metadata?.[JOB_NAME];
    return job === undefined ? [] : [{ metric: result.name, job }];
  });
}

function readEnded(steps: Steps, jobs: readonly Job[], nowMs: number): void {
  for (const { metric, job } of runningJobs(steps.run)) {
    const isEnding = isTerminating(steps.run, steps.run.status?.metricResults);
    const begun = inFlight(steps.run.status?.metricResults?.find(({ name }) => name === metric));
    const found = named(jobs, job);
    // One that is gone was ended with the run.
    if (begun === undefined || (isEnding && found === undefined)) continue;
    const measurement = endedByJob(begun, found, nowMs);
    if (measurement !== undefined) take(steps, { metric, measurement }, nowMs);
    else if (!isEnding) steps.reasons.push({ type: 'job-running', metric, job });
  }
}

/** The Job goes first: were the run to end before, nobody would end it. */
function endRunning(steps: Steps, jobs: readonly Job[], nowMs: number): void {
  if (!isTerminating(steps.run, steps.run.status?.metricResults)) return;
  for (const { metric, job } of runningJobs(steps.run)) {
    const running = named(jobs, job);
    if (running !== undefined && !isDeleting(running)) {
      steps.reasons.push({ type: 'ending-job', metric, job });
      steps.actions.push(deleteJob(running, 'the run that it measures for ends'));
      continue;
    }
    const begun = inFlight(steps.run.status?.metricResults?.find(({ name }) => name === metric));
    if (begun === undefined) continue;
    // As in Argo Rollouts: what was ended before it could fail has not failed.
    const ended = { phase: 'Successful' as const, finishedAt: runTime(nowMs), message: 'Run Terminated' };
    take(steps, { metric, measurement: { ...begun, ...ended } }, nowMs);
  }
}

/** A Job is made first and told of once it is there: where it is refused, the reason stays and it is tried again. */
function startDue(steps: Steps, jobs: readonly Job[], nowMs: number): void {
  for (const { resolved, result, resume } of nextMeasurements(steps.run, nowMs).due) {
    const { job } = resolved.metric.provider;
    if (job === undefined || resume !== undefined) continue;
    const name = metricJobName(steps.run, resolved.name, result);
    if (named(jobs, name) !== undefined) {
      take(steps, { metric: resolved.name, measurement: begunByJob(steps.run, name, nowMs) }, nowMs);
      steps.reasons.push({ type: 'job-running', metric: resolved.name, job: name });
      continue;
    }
    steps.reasons.push({ type: 'starting-job', metric: resolved.name, job: name });
    steps.actions.push({ type: 'create', definition: jobKind, object: metricJob(steps.run, name, job) });
  }
}

/** Jobs whose measurement is no longer kept. */
function forgetOld({ status }: AnalysisRun, jobs: readonly Job[]): Action[] {
  const results = status?.metricResults ?? [];
  const kept = new Set(
    results.flatMap(({ measurements = [] }) => measurements.map(({ metadata }) => metadata?.[JOB_NAME])),
  );
  return jobs
    .filter((job) => !kept.has(job.metadata.name) && !isDeleting(job))
    .map((job) => deleteJob(job, 'its measurement is no longer kept'));
}

/** Lets a Job go, with its pods. */
export function deleteJob(
  { metadata: { namespace = '', name = '', uid = '' } }: Job,
  reason: string,
): Action {
  const ref = { definition: jobKind, namespace, name, uid };
  return { type: 'delete', ref, propagationPolicy: 'Background', reason };
}
