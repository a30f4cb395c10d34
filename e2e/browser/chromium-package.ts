// The browser is the tests' own need: no cluster has one. Where it is missing it is installed from the machine's packages.
import { existsSync } from 'node:fs';
import { CHROMIUM } from './chromium.ts';

/** How a program is run to its end. */
export type RunCommand = (command: readonly string[]) => Promise<{ code: number; text: string }>;

/** @returns what went wrong; undefined when chromium is there. */
export async function ensureChromium(run: RunCommand): Promise<string | undefined> {
  if (existsSync(CHROMIUM)) return undefined;
  const steps = [
    ['apt-get', 'update', '-qq'],
    // RUNLEVEL=1: no service is started by what comes with it.
    [
      'env',
      'RUNLEVEL=1',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      'chromium',
    ],
  ];
  for (const step of steps) {
    const { code, text } = await run(step);
    if (code !== 0) return `chromium could not be installed: ${step.join(' ')}: ${text.trim()}`;
  }
  return existsSync(CHROMIUM) ? undefined : `chromium was installed, but there is no ${CHROMIUM}`;
}
