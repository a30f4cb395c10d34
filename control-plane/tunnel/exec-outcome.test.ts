import test from 'ava';
import type { TunnelResult } from '@gantry/kit/tunnel/frame';
import { execExcuse, execOutcome } from './exec-outcome.ts';

const missing = 'exec: "foo": executable file not found in $PATH';

/** Result, reason and exit code that a client sees, what stands on standard error. */
const cases: [string, TunnelResult, string | undefined, string | undefined, string | undefined][] = [
  ['done', { ok: true, value: 0 }, undefined, undefined, undefined],
  ['attach ended', { ok: true }, undefined, undefined, undefined],
  ['a code of its own', { ok: true, value: 127 }, 'NonZeroExitCode', '127', undefined],
  [
    'not there',
    { ok: false, code: 'command-not-found', message: missing },
    'NonZeroExitCode',
    '127',
    `${missing}\n`,
  ],
  [
    'no program',
    { ok: false, code: 'command-not-runnable', message: 'exec: "/etc": permission denied' },
    'NonZeroExitCode',
    '126',
    'exec: "/etc": permission denied\n',
  ],
  [
    'no engine',
    { ok: false, code: 'runtime-unavailable', message: 'away' },
    'InternalError',
    undefined,
    undefined,
  ],
];

for (const [what, result, reason, exitCode, excuse] of cases) {
  test(`the outcome of a command: ${what}`, (t) => {
    const status = execOutcome(result);
    t.is(status.status, reason === undefined ? 'Success' : 'Failure');
    t.is(status.reason, reason);
    t.is(status.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message, exitCode);
    t.is(execExcuse(result), excuse);
    if (!result.ok) t.is(status.message, result.message);
  });
}
