// The Jobs of a run's metrics: what they are called, what they look like, and what their end means. Pure.
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { jobKind, type Job } from '@gantry/api/kinds/job';
import type { JobMetric } from '@gantry/api/kinds/analysis/provider';
import type { Measurement, MetricResult } from '@gantry/api/kinds/analysis/run-status';
import { apiVersionOf } from '@gantry/api/definition';
import { controllerReference } from '@gantry/api/owner-references';
import { runTime } from '../../analysis/assess.ts';
import { contentHash } from '../content-hash.ts';
import { holds } from '../status-condition.ts';

/** Labels of the Job; the first as Argo Rollouts sets it. */
export const RUN_UID_LABEL = 'analysisrun.argoproj.io/uid';
/** Notes on a measurement, as Argo Rollouts sets them. */
export const JOB_NAME = 'job-name';
const JOB_NAMESPACE = 'job-namespace';
/** The hash, a dash, and what pods add have to fit into 63 characters. */
const PREFIX_MAX = 42;

/** The Job of a metric's next measurement: the same name however often it is asked for. */
export function metricJobName(run: AnalysisRun, metric: string, result: MetricResult | undefined): string {
  const at = (result?.count ?? 0) + (result?.error ?? 0) + 1;
  const prefix = (run.metadata.name ?? '').replaceAll('.', '-').slice(0, PREFIX_MAX).replace(/-+$/, '');
  return `${prefix}-${contentHash([run.metadata.uid, metric, at])}`;
}

/** The Job itself. */
export function metricJob(run: AnalysisRun, name: string, { metadata, spec }: JobMetric): Job {
  return {
    apiVersion: apiVersionOf(jobKind),
    kind: jobKind.kind,
    metadata: {
      name,
      ...(run.metadata.namespace === undefined ? {} : { namespace: run.metadata.namespace }),
      labels: { ...metadata?.labels, [RUN_UID_LABEL]: run.metadata.uid ?? '' },
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ownerReferences: [controllerReference(analysisRunKind, run)],
    },
    spec,
  };
}

/** The measurement that its Job has begun. */
export function begunByJob(run: AnalysisRun, name: string, nowMs: number): Measurement {
  return {
    phase: 'Running',
    startedAt: runTime(nowMs),
    metadata: { [JOB_NAME]: name, [JOB_NAMESPACE]: run.metadata.namespace ?? '' },
  };
}

/** The measurement at the end of its Job; undefined while that runs. */
export function endedByJob(begun: Measurement, job: Job | undefined, nowMs: number): Measurement | undefined {
  const { resumeAt: _, ...rest } = begun;
  const finishedAt = runTime(nowMs);
  if (job === undefined) {
    const message = `Job ${begun.metadata?.[JOB_NAME] ?? ''} is gone: somebody has deleted it`;
    return { ...rest, phase: 'Error', finishedAt, message };
  }
  if (holds(job.status?.conditions, 'Complete')) return { ...rest, phase: 'Successful', finishedAt };
  const failed = job.status?.conditions?.find(({ type, status }) => type === 'Failed' && status === 'True');
  if (failed === undefined) return undefined;
  const { message = failed.reason } = failed;
  return { ...rest, phase: 'Failed', finishedAt, ...(message === undefined ? {} : { message }) };
}
