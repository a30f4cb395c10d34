// Takes away the pod networks of nodes whose containers are gone: the engine's network, by its label, then what is in the
// kernel, by names that follow from the scope. Safe to repeat.
import Docker from 'dockerode';
import { removeFromKernel } from '@gantry/kit/pod-network/remove-from-kernel';
import { programRunner } from '@gantry/kit/system-program';
import { NODE_LABEL } from './docker-engine.ts';

/** @param scopes of the nodes: see kit/node-scope.ts. @throws what the engine or the kernel says. */
export async function removePodNetwork(socketPath: string, scopes: readonly string[]): Promise<void> {
  const docker = new Docker({ socketPath });
  for (const scope of scopes) {
    const found = await docker.listNetworks({ filters: { label: [`${NODE_LABEL}=${scope}`] } });
    for (const { Id } of found) await removeNetwork(docker, Id);
    await removeFromKernel(programRunner(), scope);
  }
}

async function removeNetwork(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getNetwork(id).remove();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
  }
}
