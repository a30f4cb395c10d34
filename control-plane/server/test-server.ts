// A whole control plane in this process for tests: memory store, plain HTTP, everybody is admin.
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import type { CacheParts, ControlPlane, ControlPlaneOptions } from '../control-plane.ts';
import { startControlPlane } from '../control-plane.ts';
import { startServer } from './server.ts';
import { createMemoryStore } from '../store/memory-store.ts';

const ADMIN = { name: 'test-admin', groups: ['system:masters'] };

/** Starts one; `overrides` replace single parts. */
export async function startTestServer(
  overrides: Partial<ControlPlaneOptions & CacheParts> = {},
): Promise<ControlPlane & { stopKeepingStore(): Promise<void> }> {
  const random = seededRandom(1);
  const store = overrides.store ?? createMemoryStore();
  const parts: CacheParts = {
    security: {
      authenticate: () => Promise.resolve(ADMIN),
      authorize: () => ({ allowed: true, reason: '' }),
    },
    ...overrides,
  };
  const plane = await startControlPlane({
    store,
    serve: (deps) => startServer(deps, { host: '127.0.0.1', port: 0 }),
    parts: () => parts,
    identity: 'test',
    clock: systemClock,
    ids: idsFrom(random),
    random,
    logger: silentLogger,
    ...overrides,
  });
  const stop = async (): Promise<void> => {
    await plane.stop();
    await store.close();
  };
  return { ...plane, stop, stopKeepingStore: () => plane.stop() };
}
