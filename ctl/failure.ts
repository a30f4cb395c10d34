// From anything that was thrown to one sentence, a next step and an exit code. Pure. No stack reaches a user.
import { StatusError } from '@gantry/api/status-error';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import { CliError, EXIT } from './command.ts';

/** What the user sees. */
export interface Failure {
  message: string;
  nextStep?: string;
  exitCode: number;
}

const BY_REASON: Readonly<Record<string, Omit<Failure, 'message'>>> = {
  NotFound: { exitCode: EXIT.notFound },
  AlreadyExists: {
    exitCode: EXIT.conflict,
    nextStep: 'Use `gantry apply` to change an object that is there.',
  },
  Conflict: {
    exitCode: EXIT.conflict,
    nextStep: 'Somebody changed it meanwhile. Read it again and repeat your change.',
  },
  Invalid: { exitCode: EXIT.invalid },
  BadRequest: { exitCode: EXIT.invalid },
  Unauthorized: {
    exitCode: EXIT.failed,
    nextStep: 'Check the certificate or token in your kubeconfig (gantry config view).',
  },
  Forbidden: { exitCode: EXIT.failed },
  Timeout: { exitCode: EXIT.timeout },
};

const FIELDS_OF_OTHERS =
  'Others have set these fields: write what they are now (gantry diff shows it), leave them out, or take them over with --force-conflicts.';

const UNREACHABLE =
  /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ECONNRESET|UND_ERR_CONNECT_TIMEOUT|unreachable|connect/i;

/** The failure in the user's words. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof CliError) {
    const { message, exitCode, nextStep } = error;
    return { message, exitCode, ...(nextStep === undefined ? {} : { nextStep }) };
  }
  if (error instanceof StatusError) {
    const { message = '', reason = '' } = error.status;
    const nextStep = ownNextStep(error.status);
    return {
      message: `Error: ${message || reason}`,
      ...(BY_REASON[reason] ?? { exitCode: EXIT.failed }),
      ...(nextStep === undefined ? {} : { nextStep }),
    };
  }
  const said = `${codeOf(error) ?? ''} ${messageOf(error)} ${messageOf((error as { cause?: unknown }).cause ?? '')}`;
  if (UNREACHABLE.test(said)) {
    return {
      message: `The cluster does not answer: ${messageOf(error)}`,
      nextStep:
        'Is it up? Start one here with `gantry up`, or check the server in your kubeconfig (gantry config view).',
      exitCode: EXIT.unreachable,
    };
  }
  return { message: `Error: ${messageOf(error)}`, exitCode: EXIT.failed };
}

/** What helps with this very answer, rather than with its reason. */
function ownNextStep({ reason, message = '', details }: StatusError['status']): string | undefined {
  if (reason === 'Conflict' && message.startsWith('Apply failed with')) return FIELDS_OF_OTHERS;
  // Kubernetes puts the resource here, not the kind.
  if (reason === 'NotFound' && details?.kind !== undefined && details.name !== undefined)
    return `See what there is: gantry get ${details.kind} -A`;
  return undefined;
}
