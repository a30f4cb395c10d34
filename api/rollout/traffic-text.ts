// The traffic of a Rollout in words: who divides it, what each version has of it, and whether the proxies have confirmed. Pure.
import type { Rollout } from '../kinds/rollout.ts';
import { serviceNames } from './settings.ts';

/** `canary, traffic split between Services web and web-canary`. */
export function strategyText({ spec }: Pick<Rollout, 'spec'>): string {
  const services = serviceNames(spec);
  if (spec.strategy.blueGreen !== undefined) {
    const preview = services?.side === undefined ? '' : `, preview Service ${services.side}`;
    return `blue/green, active Service ${services?.main ?? ''}${preview}`;
  }
  return services?.side === undefined
    ? 'canary, traffic divided by the number of pods'
    : `canary, traffic split between Services ${services.main} (stable) and ${services.side} (canary)`;
}

/** `canary 20 %, stable 80 %, confirmed by all proxies`; undefined where no proxy divides it. */
export function weightText({ status }: Pick<Rollout, 'status'>): string | undefined {
  const weights = status?.canary?.weights;
  if (weights === undefined) return undefined;
  const { canary, stable, additional = [], verified, asked } = weights;
  const others = additional.map((share) => `${share.serviceName ?? ''} ${share.weight} %, `).join('');
  const confirmed = verified === true ? 'confirmed by all proxies' : 'not confirmed by all proxies yet';
  const more = asked === undefined ? '' : `; asked for: canary ${asked} %`;
  return `canary ${canary.weight} %, stable ${stable.weight} %, ${others}${confirmed}${more}`;
}
