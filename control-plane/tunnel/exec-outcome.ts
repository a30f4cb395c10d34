// How exec and attach end, in the words that kubectl reads its exit code from. Pure.
import { successStatus, type Status } from '@gantry/api/status-error';
import type { TunnelResult } from '@gantry/kit/tunnel/frame';

/** Success, a non-zero exit code, or a failure to run at all. */
export function execOutcome(result: TunnelResult): Status {
  if (!result.ok) return failure('InternalError', result.message);
  const code = typeof result.value === 'number' ? result.value : 0;
  if (code === 0) return successStatus();
  return {
    ...failure('NonZeroExitCode', `command terminated with exit code ${code}`),
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

function failure(reason: string, message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, message, code: 500 };
}
