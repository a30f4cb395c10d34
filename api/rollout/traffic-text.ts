// The traffic of a Rollout in words: who divides it, what each version has of it, and whether the proxies have confirmed. Pure.
import type { Rollout } from '../kinds/rollout.ts';
import type { SplitMatch } from '../kinds/traffic-split.ts';
import { exposureOf, serviceNames } from './settings.ts';

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

/** `at most 30 % of the requests with cookie beta=yes, by header x-user`; undefined where all may reach the new version. */
export function exposureText({ spec }: Pick<Rollout, 'spec'>): string | undefined {
  const { audience = [], maxPercent, stickyBy } = exposureOf(spec) ?? {};
  const share = maxPercent === undefined ? undefined : `at most ${maxPercent} %`;
  const who = audience.length === 0 ? undefined : `requests with ${audience.map(matchText).join(' or ')}`;
  const [source] = Object.entries(stickyBy ?? {});
  const whole = share !== undefined && who !== undefined ? `${share} of the ${who}` : (share ?? who);
  const parts = [whole, source && `each user by ${source.join(' ')} on one side`];
  const text = parts.filter((part) => part !== undefined).join('; ');
  return text === '' ? undefined : text;
}

function matchText({ request = {}, cookies = [], claims = [] }: SplitMatch): string {
  const { method, path, headers = [], queryParams = [] } = request;
  const named = (what: string, pairs: readonly { name: string; value: string }[]): string[] =>
    pairs.map(({ name, value }) => `${what} ${name}=${value}`);
  const parts = [
    ...(method === undefined ? [] : [`method ${method}`]),
    ...(path?.value === undefined ? [] : [`path ${path.value}`]),
    ...named('header', headers),
    ...named('query parameter', queryParams),
    ...named('cookie', cookies),
    ...named('claim', claims),
  ];
  return parts.length === 0 ? 'anything' : parts.join(' and ');
}
