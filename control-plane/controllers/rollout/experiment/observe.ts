// Experiments of a Rollout as the cache has them, with the Services of those whose templates may have a share of the traffic.
import { endpointSliceKind, SERVICE_NAME_LABEL } from '@gantry/api/kinds/endpoint-slice';
import { experimentKind, type Experiment } from '@gantry/api/kinds/experiment';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { serviceKind } from '@gantry/api/kinds/service';
import { isControlledBy } from '@gantry/api/owner-references';
import type { CacheReader } from '../../../cache/cache.ts';
import type { ObservedService } from '../observe.ts';
import { isHeld } from './hold.ts';

export interface ObservedExperiments {
  /** Own ones, in any order. */
  own: readonly Experiment[];
  /** Names that own and other Experiments of the namespace have; those that begin like the Rollout's. */
  takenNames: ReadonlySet<string>;
  /** By name. */
  services: ReadonlyMap<string, ObservedService>;
}

/** Reads the cache; most Rollouts, without Experiments, cost nothing. */
export function observeExperiments(cache: CacheReader, rollout: Rollout): ObservedExperiments {
  const { namespace = '', name = '', uid = '' } = rollout.metadata;
  const own = cache.byIndex(experimentKind, 'owner', uid).filter((one) => isControlledBy(one, rollout));
  const steps = rollout.spec.strategy.canary?.steps ?? [];
  const asks = steps.some(({ experiment }) => experiment !== undefined);
  const names = own.filter(isHeld).flatMap(servicesOf);
  const slices = names.length === 0 ? [] : cache.list(endpointSliceKind, namespace);
  return {
    own,
    takenNames: new Set(
      (asks ? cache.list(experimentKind, namespace) : [])
        .map(({ metadata }) => metadata.name ?? '')
        .filter((taken) => taken.startsWith(`${name}-`)),
    ),
    services: new Map(
      names.map((named) => [
        named,
        {
          name: named,
          service: cache.get(serviceKind, { namespace, name: named }),
          slices: slices.filter((slice) => slice.metadata.labels?.[SERVICE_NAME_LABEL] === named),
        },
      ]),
    ),
  };
}

/** Services of an Experiment's templates, as its status names them. */
export function servicesOf({ status }: Experiment): string[] {
  return (status?.templateStatuses ?? []).flatMap(({ serviceName }) => serviceName ?? []);
}
