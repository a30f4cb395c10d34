// Takes away what agents of this machine left in its network: the agent's own program knows what that is.
import { existsSync } from 'node:fs';
import type { CommandContext } from '../command.ts';
import { messageOf } from '@gantry/kit/operational-error';
import { agentFiles, hollowNodeNames } from '../agents/joined-agent.ts';
import type { Home } from '../home.ts';
import { programFile } from './local-cluster.ts';
import { runProgram } from './run-program.ts';

const WITHIN_MS = 60_000;

/** After the agents have ended. Safe to repeat; what cannot be done is told, and ends nothing. */
export async function removeNetworks(
  context: CommandContext,
  home: Home,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const { folder, ca } = agentFiles(home, name);
    if (!existsSync(ca) || hollowNodeNames(home, name).length > 0) continue;
    try {
      const args = ['remove-network', '--name', name, '--state-folder', folder];
      await runProgram(process.execPath, [programFile('agent'), ...args], { timeoutMs: WITHIN_MS });
    } catch (error) {
      context.io.err(`What node ${name} left in this host's network stays: ${messageOf(error)}\n`);
    }
  }
}
