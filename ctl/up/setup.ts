// Makes the machine ready: finds what is missing, says so, installs and starts it, or explains why it cannot.
import { mkdirSync } from 'node:fs';
import { CliError } from '../command.ts';
import type { Home } from '../home.ts';
import { performSetupStep, type Say } from './install.ts';
import { readMachineFacts, type WantedPort } from './machine-facts.ts';
import { planSetup } from './setup-plan.ts';
import { refuseForeignFolder } from './state-folder.ts';

/** Options of a set-up run. */
export interface SetupOptions {
  dockerSocket: string;
  wantedPorts: readonly WantedPort[];
  needsEtcd: boolean;
  /** Whether this machine is to play further hosts. */
  needsHosts: boolean;
}

/**
 * Prepares the machine. Safe to repeat: what is there is left alone.
 *
 * @throws CliError with every problem and its remedy; nothing has been started then.
 */
export async function setUpMachine(home: Home, options: SetupOptions, say: Say): Promise<void> {
  refuseForeignFolder(home);
  const plan = planSetup(await readMachineFacts(home, options));
  if (plan.problems.length > 0) {
    const text = plan.problems.map(({ sentence, remedy }) => `${sentence} ${remedy}`).join('\n');
    throw new CliError(text);
  }
  mkdirSync(home.root, { recursive: true, mode: 0o711 });
  for (const step of plan.steps) await performSetupStep(step, home, options.dockerSocket, say);
}
