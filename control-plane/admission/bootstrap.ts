// The objects that a cluster cannot do without, made at start where they are missing.
import type { KindDefinition } from '@gantry/api/definition';
import { GANTRY_CLASS, GATEWAY_CONTROLLER, gatewayClassKind } from '@gantry/api/kinds/gateway-class';
import { ingressClassKind } from '@gantry/api/kinds/ingress-class';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { priorityClassKind } from '@gantry/api/kinds/priority-class';
import type { AnyObject } from '@gantry/api/meta';
import { isAlreadyExists } from '@gantry/api/status-error';
import type { Resources, WriteContext } from '../resources/resources.ts';
import { systemPriorityClasses } from './pod-priority.ts';
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

/** Makes the bootstrap namespaces, the priority classes of the system, and the classes of Gateways and Ingresses. Safe to repeat and to do at the same time as another replica. */
export async function bootstrap(resources: Pick<Resources, 'create'>, signal?: AbortSignal): Promise<void> {
  const context = signal === undefined ? BOOTSTRAP_CONTEXT : { ...BOOTSTRAP_CONTEXT, signal };
  await Promise.all([
    ...BOOTSTRAP_NAMESPACES.map((name) =>
      createMissing(resources, namespaceKind, namespaceNamed(name), context),
    ),
    ...systemPriorityClasses().map((object) => createMissing(resources, priorityClassKind, object, context)),
    createMissing(resources, gatewayClassKind, gatewayClass(), context),
    createMissing(resources, ingressClassKind, ingressClass(), context),
  ]);
}

async function createMissing(
  resources: Pick<Resources, 'create'>,
  definition: KindDefinition,
  object: AnyObject,
  context: WriteContext,
): Promise<void> {
  try {
    await resources.create(definition, object, context);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

const namespaceNamed = (name: string): AnyObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
});

const gatewayClass = (): AnyObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: GANTRY_CLASS },
  spec: { controllerName: GATEWAY_CONTROLLER, description: 'Served by the proxies of all nodes.' },
});

const ingressClass = (): AnyObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: GANTRY_CLASS },
  spec: { controller: GATEWAY_CONTROLLER },
});
