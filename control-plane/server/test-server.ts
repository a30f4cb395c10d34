// A whole control plane in this process for tests: memory store, plain HTTP, everybody is admin.
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import type { CacheParts, ControlPlane, ControlPlaneOptions } from '../control-plane.ts';
import { startControlPlane } from '../control-plane.ts';
import { createMemoryStore } from '../store/memory-store.ts';

const ADMIN = { name: 'test-admin', groups: ['system:masters'] };

/** Starts one; `overrides` replace single parts. */
export function startTestServer(
  overrides: Partial<ControlPlaneOptions & CacheParts> = {},
): Promise<ControlPlane> {
  const random = seededRandom(1);
  const parts: CacheParts = {
    security: {
      authenticate: () => Promise.resolve(ADMIN),
      authorize: () => ({ allowed: true, reason: '' }),
    },
    ...overrides,
  };
  return startControlPlane({
    store: createMemoryStore(),
    listen: { host: '127.0.0.1', port: 0 },
    parts: () => parts,
    identity: 'test',
    clock: systemClock,
    ids: idsFrom(random),
    random,
    logger: silentLogger,
    ...overrides,
  });
}
