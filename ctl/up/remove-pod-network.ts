// Takes away the pod networks of nodes whose containers are gone: the engine's network, by its label, then what is in the
// kernel, by names that follow from the scope. Safe to repeat.
import Docker from 'dockerode';
import { firstFew } from '@gantry/kit/first-few';
import { removeFromKernel } from '@gantry/kit/pod-network/remove-from-kernel';
import { programRunner } from '@gantry/kit/system-program';
import { CliError } from '../command.ts';
import { NODE_LABEL } from './docker-engine.ts';
import { SHOWN_MAX } from './state-folder.ts';

/** What the engine answers where containers hang on a network, and where there is no such network. */
const IN_USE = 403;
const GONE = 404;

/** @param scopes of the nodes: see kit/node-scope.ts. @throws CliError where containers came back; else what the engine or the kernel says. */
export async function removePodNetwork(socketPath: string, scopes: readonly string[]): Promise<void> {
  const docker = new Docker({ socketPath });
  for (const scope of scopes) {
    const found = await docker.listNetworks({ filters: { label: [`${NODE_LABEL}=${scope}`] } });
    for (const { Id } of found) await removeNetwork(docker, Id);
    await removeFromKernel(programRunner(), scope);
  }
}

async function removeNetwork(docker: Docker, id: string): Promise<void> {
  const network = docker.getNetwork(id);
  try {
    await network.remove();
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    if (statusCode === IN_USE) throw await stillInUse(network);
    if (statusCode !== GONE) throw error;
  }
}

/** Our own containers were just removed: these are somebody else's, or somebody makes new ones. */
async function stillInUse(network: Docker.Network): Promise<CliError> {
  const { Name, Containers = {} } = await network.inspect();
  const names = Object.values(Containers).map(({ Name: container }) => container);
  const what = names.length === 0 ? 'containers come and go' : firstFew(names, SHOWN_MAX);
  return new CliError(`The pod network ${Name} is in use: ${what}.`, {
    nextStep: 'Remove them, and end the agent that makes them, if there is one; then repeat `gantry down`.',
  });
}
