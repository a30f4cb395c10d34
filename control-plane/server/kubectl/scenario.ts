// A scenario is a table of kubectl commands and what they must print, run in order by every version found.
import test from 'ava';
import type { ControlPlane } from '../../control-plane.ts';
import { findKubectls } from './find-kubectl.ts';
import { kubectlSession } from './kubectl-session.ts';
import type { KubectlSession } from './kubectl-session.ts';

/** One command. */
export interface Step {
  /** Arguments, separated by blanks; quoted with `'` where they hold blanks. */
  run: string;
  stdin?: string;
  env?: Readonly<Record<string, string>>;
  /** What standard output must show. */
  out?: RegExp | readonly RegExp[];
  /** What standard output must not show. */
  notOut?: RegExp;
  err?: RegExp;
  /** Exit code; 0 unless said otherwise. */
  code?: number;
  /** Ends a command that goes on for ever, once its output matches. */
  until?: RegExp;
  /** Another command, run when the output of this one first matches. */
  meanwhile?: { when: RegExp; run: string; stdin?: string };
  /** Only for these versions. */
  minorMax?: number;
  minorMin?: number;
}

/** What a scenario runs against. */
export interface ScenarioWorld {
  plane: ControlPlane;
  close: () => Promise<void>;
}

const declareSkipped = test.skip;

/** Declares one test for each kubectl version; skipped where there is none. */
export function scenario(name: string, steps: readonly Step[], start: () => Promise<ScenarioWorld>): void {
  const kubectls = findKubectls();
  if (kubectls.length === 0) declareSkipped(`${name} (no kubectl on this machine)`, () => undefined);
  for (const kubectl of kubectls) {
    test.serial(`${name}, kubectl 1.${kubectl.minor}`, async (t) => {
      t.timeout(240_000);
      const world = await start();
      const session = kubectlSession(kubectl, world.plane.url);
      try {
        for (const step of steps) {
          if (kubectl.minor > (step.minorMax ?? kubectl.minor)) continue;
          if (kubectl.minor < (step.minorMin ?? kubectl.minor)) continue;
          const fault = await faultOf(session, step);
          if (fault !== undefined) t.fail(`kubectl ${step.run}\n${fault}`);
        }
        t.pass();
      } finally {
        session.close();
        await world.close();
      }
    });
  }
}

async function faultOf(session: KubectlSession, step: Step): Promise<string | undefined> {
  const { meanwhile } = step;
  const { code, out, err } = await session.run(words(step.run), {
    ...(step.stdin === undefined ? {} : { stdin: step.stdin }),
    ...(step.env === undefined ? {} : { env: step.env }),
    ...(step.until === undefined ? {} : { until: step.until }),
    ...(meanwhile === undefined
      ? {}
      : {
          ready: {
            output: meanwhile.when,
            then: () => session.run(words(meanwhile.run), { stdin: meanwhile.stdin ?? '' }),
          },
        }),
  });
  const missing = [step.out ?? []].flat().filter((pattern) => !pattern.test(out));
  const faults = [
    ...missing.map((pattern) => `stdout lacks ${String(pattern)}`),
    ...(step.notOut?.test(out) === true ? [`stdout shows ${String(step.notOut)}`] : []),
    ...(step.err === undefined || step.err.test(err) ? [] : [`stderr lacks ${String(step.err)}`]),
    ...(step.until !== undefined || code === (step.code ?? 0) ? [] : [`exit code ${String(code)}`]),
  ];
  return faults.length === 0 ? undefined : [...faults, `stdout: ${out}`, `stderr: ${err}`].join('\n');
}

/** `get pods -l 'a in (b, c)'` as a list. */
function words(line: string): string[] {
  return (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ''));
}
