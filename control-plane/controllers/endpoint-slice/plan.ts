// Decides how the EndpointSlices of a Service are to be. Pure: the same observation always yields the same plan.
import { apiVersionOf } from '@gantry/api/definition';
import {
  endpointSliceKind,
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type EndpointSlice,
} from '@gantry/api/kinds/endpoint-slice';
import { HEADLESS, serviceKind, type Service } from '@gantry/api/kinds/service';
import { controllerReference } from '@gantry/api/owner-references';
import type { Ids } from '@gantry/kit/random';
import isEqual from 'fast-deep-equal';
import type { Action, Plan, PlanInputs } from '../../engine/controller.ts';
import { isDeleting } from '../pod-condition.ts';
import { arrange, type Arranged, type Group } from './arrange.ts';
import { endpointOf } from './endpoints.ts';
import type { ObservedService } from './observe.ts';
import { podPorts, portsKey } from './pod-ports.ts';
import { reasonsFor } from './reasons-for.ts';

/** Who keeps the slices, as Kubernetes' own controller calls itself: others leave such slices alone. */
export const MANAGER = 'endpointslice-controller.k8s.io';
const HEADLESS_LABEL = 'service.kubernetes.io/headless';
/** Slices changed in one pass; more follow in the next. */
export const SLICES_PER_PASS_MAX = 200;
const SUFFIX_LENGTH = 5;

/** The plan of one Service's endpoints. */
export function planService(observed: ObservedService, inputs: PlanInputs): Plan {
  const actions = isDeleting(observed.service) ? [] : changesOf(observed, inputs);
  return {
    actions: actions.slice(0, SLICES_PER_PASS_MAX),
    reasons: reasonsFor(observed, actions.length, inputs),
  };
}

function changesOf(observed: ObservedService, { ids }: PlanInputs): Action[] {
  const { service, slices } = observed;
  const hasEndpoints =
    service.spec.type !== 'ExternalName' && Object.keys(service.spec.selector ?? {}).length > 0;
  const usable = slices.filter((slice) => !isDeleting(slice));
  const wanted = hasEndpoints ? arrange(usable, groupsOf(observed)) : [];
  const kept = new Set(wanted.map(({ slice }) => slice?.metadata.name));
  const names = new Set<string>();
  return [
    ...wanted.flatMap((arranged) => changeOf(service, arranged, ids, names)),
    ...usable.filter(({ metadata }) => !kept.has(metadata.name)).map(deletionOf),
  ];
}

function groupsOf(observed: ObservedService): Group[] {
  const groups = new Map<string, { ports: Group['ports']; endpoints: Group['endpoints'][number][] }>();
  for (const pod of observed.pods) {
    const endpoint = endpointOf(pod, observed);
    if (endpoint === undefined) continue;
    const ports = podPorts(pod, observed.service);
    const key = portsKey(ports);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ports, endpoints: [endpoint] });
    else group.endpoints.push(endpoint);
  }
  return [...groups.values()];
}

function changeOf(
  service: Service,
  { slice, ports, endpoints }: Arranged,
  ids: Ids,
  names: Set<string>,
): Action[] {
  const labels = labelsOf(service);
  if (slice !== undefined) {
    const isSame =
      isEqual(slice.endpoints, endpoints) &&
      portsKey(slice.ports ?? []) === portsKey(ports) &&
      isEqual(slice.metadata.labels, labels);
    if (isSame) return [];
    const object = {
      ...slice,
      metadata: { ...slice.metadata, labels },
      ports: [...ports],
      endpoints: [...endpoints],
    };
    return [{ type: 'update', definition: endpointSliceKind, object }];
  }
  const generateName = `${service.metadata.name}-`;
  let name = '';
  do name = `${generateName}${ids.suffix(SUFFIX_LENGTH)}`;
  while (names.has(name));
  names.add(name);
  const { namespace = '' } = service.metadata;
  const object: EndpointSlice = {
    apiVersion: apiVersionOf(endpointSliceKind),
    kind: 'EndpointSlice',
    metadata: {
      ...{ namespace, name, generateName, labels },
      ownerReferences: [controllerReference(serviceKind, service)],
    },
    addressType: 'IPv4',
    ports: [...ports],
    endpoints: [...endpoints],
  };
  return [{ type: 'create', definition: endpointSliceKind, object }];
}

/** Those of the Service, and those by which slices are found. */
function labelsOf({ metadata, spec }: Service): Record<string, string> {
  return {
    ...metadata.labels,
    [SERVICE_NAME_LABEL]: metadata.name ?? '',
    [MANAGED_BY_LABEL]: MANAGER,
    ...(spec.clusterIP === HEADLESS ? { [HEADLESS_LABEL]: '' } : {}),
  };
}

function deletionOf({ metadata: { namespace = '', name = '', uid = '' } }: EndpointSlice): Action {
  const ref = { definition: endpointSliceKind, namespace, name, uid };
  return { type: 'delete', ref, reason: 'holds no endpoint any more' };
}
