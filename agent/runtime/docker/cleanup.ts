// Removing all that a node has in an engine, without a runtime: for `gantry down` and for tests that failed.
import { systemClock } from '@gantry/kit/clock';
import { createEngine, type EngineAddress } from './engine.ts';
import { LABEL, nodeFilter } from './labels.ts';
import { createRemovals } from './removal.ts';

/** Removes the node's containers first, then its sandboxes one by one; ready ones too. Images stay. */
export async function removeNodeContainers(options: EngineAddress & { nodeName: string }): Promise<void> {
  const engine = createEngine({ address: options, clock: systemClock });
  const removals = createRemovals(engine, () => undefined);
  try {
    const infos = await engine.call('list containers', (abortSignal) =>
      engine.docker.listContainers({
        all: true,
        filters: nodeFilter(options.nodeName),
        abortSignal,
      } as object),
    );
    const isSandbox = ({ Labels: labels }: (typeof infos)[number]): boolean =>
      labels[LABEL.kind] === 'sandbox';
    await Promise.all(infos.filter((info) => !isSandbox(info)).map(({ Id: id }) => removals.container(id)));
    await Promise.all(infos.filter(isSandbox).map(({ Id: id }) => removals.sandbox(id)));
  } finally {
    engine.close();
  }
}
