// The objects that a cluster cannot do without, made at start where they are missing.
import { namespaceKind } from '@gantry/api/kinds/namespace';
import type { AnyObject } from '@gantry/api/meta';
import { isAlreadyExists } from '@gantry/api/status-error';
import type { Resources, WriteContext } from '../resources/resources.ts';
import { BOOTSTRAP_NAMESPACES } from './protected-namespaces.ts';

/** Who writes what the control plane makes by itself. */
export const SYSTEM_USER = { name: 'system:gantry', groups: ['system:masters'] } as const;

/** The context of the control plane's own writes at start; any replica may do them. */
const BOOTSTRAP_CONTEXT: WriteContext = {
  user: SYSTEM_USER,
  fieldManager: 'gantry',
  fieldValidation: 'Strict',
  dryRun: false,
  fence: [],
  requestId: 'bootstrap',
  warn: () => undefined,
};

/** Makes the bootstrap namespaces. Safe to repeat and to do at the same time as another replica. */
export async function bootstrap(resources: Pick<Resources, 'create'>, signal?: AbortSignal): Promise<void> {
  const context = signal === undefined ? BOOTSTRAP_CONTEXT : { ...BOOTSTRAP_CONTEXT, signal };
  await Promise.all(
    BOOTSTRAP_NAMESPACES.map((name) => createMissing(resources, namespaceNamed(name), context)),
  );
}

async function createMissing(
  resources: Pick<Resources, 'create'>,
  object: AnyObject,
  context: WriteContext,
): Promise<void> {
  try {
    await resources.create(namespaceKind, object, context);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

const namespaceNamed = (name: string): AnyObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
});
