// Making a container. dockerode would repeat the whole wish in the address, where a large environment does not fit.
import type { ContainerCreateOptions } from 'dockerode';
import type { Engine } from './engine.ts';

/** @returns the new container's ID. @throws EngineError: status 409 when the name is taken. */
export async function createContainer(engine: Engine, config: ContainerCreateOptions): Promise<string> {
  const { name, ...body } = config;
  const container = await engine.call(`create ${name ?? 'a container'}`, (abortSignal) =>
    engine.docker.createContainer({ _query: { name }, _body: body, abortSignal } as ContainerCreateOptions),
  );
  return container.id;
}
