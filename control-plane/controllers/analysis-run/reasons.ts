// Why an AnalysisRun's plan does what it does, or waits.

/** The closed union of reasons. */
export type AnalysisRunReason =
  | { type: 'beginning' }
  | { type: 'unresolvable'; message: string }
  | { type: 'delayed'; metric: string; inMs: number }
  | { type: 'measuring'; metric: string; taken: number; of?: number }
  | { type: 'waiting-for-traffic'; metric: string; message: string }
  | { type: 'error-tried-again'; metric: string; errors: number; tolerated: number; message: string }
  | { type: 'starting-job'; metric: string; job: string }
  | { type: 'job-running'; metric: string; job: string }
  | { type: 'ending-job'; metric: string; job: string }
  | { type: 'metric-ended'; metric: string; phase: string }
  | { type: 'kept-for'; forMs: number }
  | { type: 'deleting' }
  | { type: 'being-deleted' }
  | { type: 'changes-refused'; message: string };

/** The reason as a sentence. */
export function describeAnalysisRunReason(reason: AnalysisRunReason): string {
  switch (reason.type) {
    case 'beginning':
      return 'beginning to measure';
    case 'unresolvable':
      return `it cannot be measured: ${reason.message}`;
    case 'delayed':
      return `metric ${reason.metric} is measured first in ${seconds(reason.inMs)} (initialDelay)`;
    case 'measuring':
      return `metric ${reason.metric} is being measured: ${reason.taken} of ${reason.of ?? 'any number of'} measurements taken`;
    case 'waiting-for-traffic':
      return `metric ${reason.metric} waits: ${reason.message}`;
    case 'error-tried-again':
      return `metric ${reason.metric} could not be measured ${reason.errors} times in a row, ${reason.tolerated} are tolerated: ${reason.message}`;
    case 'starting-job':
      return `starting Job ${reason.job} for metric ${reason.metric}`;
    case 'job-running':
      return `metric ${reason.metric} waits for Job ${reason.job} to end`;
    case 'ending-job':
      return `ending Job ${reason.job} of metric ${reason.metric}: the run ends`;
    case 'metric-ended':
      return `metric ${reason.metric} is ${reason.phase}`;
    case 'kept-for':
      return `it has ended and is deleted in ${seconds(reason.forMs)} (ttlStrategy)`;
    case 'deleting':
      return 'deleting it: it has ended and its ttlStrategy is over';
    case 'being-deleted':
      return 'being deleted: nothing is measured';
    case 'changes-refused':
      return `the last attempt failed: ${reason.message}`;
  }
}

const seconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`;
