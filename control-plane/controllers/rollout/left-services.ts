// Services that a Rollout has kept and names no more, or that have outlived it: they get their own selector back, so that
// whoever comes next finds pods behind them.
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { keyOf, type ObjectKey } from '@gantry/api/meta';
import { HASH_LABEL, MANAGED_BY } from '@gantry/api/rollout/marks';
import { namedServices } from '@gantry/api/rollout/settings';
import isEqual from 'fast-deep-equal';
import type { CacheReader } from '../../cache/cache.ts';
import type { Controller, Plan, Reason } from '../../engine/controller.ts';

export interface ObservedLeftService {
  service: Service;
  /** The Rollout that its annotation names, if there is one. */
  rollout: Rollout | undefined;
}

/** The only reason there is. */
export interface LeftServiceReason extends Reason {
  type: 'leaving';
  rollout: string;
}

/** The controller of Services that Rollouts have left. */
export function leftServiceController(): Controller<ObservedLeftService> {
  return {
    name: 'rollout-left-services',
    definition: serviceKind,
    triggers: [
      {
        definition: serviceKind,
        keys: (service) => (managerOf(service as Service) === undefined ? [] : [keyOf(service)]),
        ignores: (service, previous) => isEqual(service.metadata.annotations, previous.metadata.annotations),
      },
      {
        definition: rolloutKind,
        keys: ({ metadata }, cache) => managedBy(cache, metadata.namespace, metadata.name),
        ignores: (rollout, previous) => isEqual(rollout['spec'], previous['spec']),
      },
    ],
    observe(cache, key) {
      const service = cache.get(serviceKind, key);
      const manager = service === undefined ? undefined : managerOf(service);
      if (service === undefined || manager === undefined) return undefined;
      const rollout = cache.get(rolloutKind, { namespace: key.namespace, name: manager });
      return Object.freeze({ service, rollout });
    },
    plan: planLeftService,
    primary: ({ service }) => service,
    describe: (reason) =>
      `gives up the label that Rollout ${(reason as LeftServiceReason).rollout} kept in its selector`,
  };
}

/** Takes the label and the annotation away where no Rollout names the Service. */
export function planLeftService({ service, rollout }: ObservedLeftService): Plan {
  const { name = '' } = service.metadata;
  if (rollout !== undefined && namedServices(rollout.spec).includes(name))
    return { actions: [], reasons: [] };
  const { [MANAGED_BY]: manager = '', ...annotations } = service.metadata.annotations ?? {};
  const { [HASH_LABEL]: _, ...selector } = service.spec.selector ?? {};
  const object = {
    ...service,
    metadata: { ...service.metadata, annotations },
    spec: { ...service.spec, selector },
  };
  const reason: LeftServiceReason = { type: 'leaving', rollout: manager };
  return { actions: [{ type: 'update', definition: serviceKind, object }], reasons: [reason] };
}

function managerOf({ metadata }: Service): string | undefined {
  return metadata.annotations?.[MANAGED_BY];
}

function managedBy(
  cache: CacheReader,
  namespace: string | undefined,
  rollout: string | undefined,
): ObjectKey[] {
  return cache
    .list(serviceKind, namespace)
    .filter((service) => managerOf(service) === rollout)
    .map(keyOf);
}
