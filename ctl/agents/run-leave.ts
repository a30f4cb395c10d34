// Ends an agent of this machine and removes what it made: its process, its containers, its folder. Safe to repeat.
import { rmSync } from 'node:fs';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Home } from '../home.ts';
import { alignColumns } from '../print/aligned.ts';
import { dockerSilence, dockerSocketFrom, removeNodeContainers } from '../up/docker-engine.ts';
import { removePodNetwork } from '../up/remove-pod-network.ts';
import { AGENT_PROCESS } from '../up/local-cluster.ts';
import { removeNetworks } from '../up/remove-network.ts';
import { logFile, stopProcess } from '../up/process-table.ts';
import { agentFiles, agentNames, agentScope, agentState, hollowNodeNames } from './joined-agent.ts';

const STOP_GRACE_MS = 15_000;

/** Carries out `gantry agent leave`. @throws CliError when there is no such agent or its engine does not answer. */
export async function runLeave(context: CommandContext, home: Home, name: string): Promise<void> {
  const known = agentNames(home);
  if (!known.includes(name)) {
    throw new CliError(`There is no agent "${name}" in ${home.root}.`, {
      exitCode: EXIT.notFound,
      nextStep:
        known.length === 0
          ? 'There are no agents here.'
          : `There are: ${known.join(', ')}. Choose with --name.`,
    });
  }
  const hollowNodes = hollowNodeNames(home, name);
  const socket = dockerSocketFrom(context.env);
  const silence = hollowNodes.length === 0 ? await dockerSilence(socket) : undefined;
  if (silence !== undefined) {
    throw new CliError(
      `No Docker engine answers at ${socket}, so the containers cannot be removed: ${silence}`,
      {
        exitCode: EXIT.unreachable,
        nextStep: 'Start it and repeat; nothing was changed.',
      },
    );
  }
  if (await stopProcess(home, `${AGENT_PROCESS}${name}`, STOP_GRACE_MS)) {
    context.io.out(`Stopped the agent of node ${name}\n`);
  }
  const scope = agentScope(home, name);
  const count = scope === undefined ? 0 : await removeNodeContainers(socket, [scope]);
  if (count > 0) context.io.out(`Removed ${count} containers\n`);
  await removeNetworks(context, home, [name]);
  if (scope !== undefined) await removePodNetwork(socket, [scope]);
  rmSync(agentFiles(home, name).folder, { recursive: true, force: true });
  rmSync(logFile(home, `${AGENT_PROCESS}${name}`), { force: true });
  context.io.out(
    hollowNodes.length === 0
      ? `Node ${name} has left. Its entry stays until: gantry delete node ${name}\n`
      : `${String(hollowNodes.length)} nodes ${name}-… have left. Their entries stay until each is deleted: gantry delete node ${name}-0 …\n`,
  );
}

/** Carries out `gantry agent list`. */
export function listAgents(context: CommandContext, home: Home): void {
  const rows = agentNames(home).map((name) => {
    const { pid, server = '' } = agentState(home, name);
    return [name, pid === undefined ? 'stopped' : 'running', pid === undefined ? '' : String(pid), server];
  });
  if (rows.length === 0) context.io.err(`There are no agents in ${home.root}.\n`);
  else context.io.out(alignColumns([['NODE', 'STATE', 'PID', 'SERVER'], ...rows]));
}
