// How exec and attach end, in the words that kubectl reads its exit code from. Pure.
import { successStatus, type Status } from '@gantry/api/status-error';
import { exitCodeOfExecFailure } from '@gantry/kit/tunnel/exec-failure';
import type { TunnelResult } from '@gantry/kit/tunnel/frame';

/** Success, a non-zero exit code, or a failure to run at all. */
export function execOutcome(result: TunnelResult): Status {
  if (!result.ok) return notRun(result);
  const code = typeof result.value === 'number' ? result.value : 0;
  if (code === 0) return successStatus();
  return nonZero(code, `command terminated with exit code ${code}`);
}

/**
 * What to say on standard error: clients show nothing of a Status that has an exit code. Undefined when there is
 * nothing to say.
 */
export function execExcuse(result: TunnelResult): string | undefined {
  return result.ok || exitCodeOfExecFailure(result.code) === undefined ? undefined : `${result.message}\n`;
}

/** A command that is not there ends as in a shell. */
function notRun(result: TunnelResult & { ok: false }): Status {
  const code = exitCodeOfExecFailure(result.code);
  return code === undefined ? failure('InternalError', result.message) : nonZero(code, result.message);
}

function nonZero(code: number, message: string): Status {
  return {
    ...failure('NonZeroExitCode', message),
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

function failure(reason: string, message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, message, code: 500 };
}
