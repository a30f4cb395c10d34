// TrafficSplits for tests, plain ones and hostile ones by chance, and whom requests may meet in a layout.
import fc from 'fast-check';
import type { SplitMatch, TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { Layout } from './layout.ts';
import { aSplit, evil } from './test-services.ts';

const service = fc.constantFrom('a', 'b', 'c', 'd', 'nobody');
const weight = fc.constantFrom(0, 1, 10, 33, 90, 1_000_000);
const text = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom('1', "it's } if TRUE", '%[env(HOME)]', 'ü') },
  { weight: 1, arbitrary: evil },
);
const name = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('x-user', 'sub', 'a.b') },
  { weight: 1, arbitrary: evil },
);
const pair = fc.record({ name, value: text });
const match: fc.Arbitrary<SplitMatch> = fc.record(
  {
    request: fc.record(
      {
        path: fc.record({ type: fc.constant('PathPrefix' as const), value: fc.constant('/a') }),
        method: fc.constant('GET' as const),
        headers: fc.array(pair, { maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
    cookies: fc.array(pair, { minLength: 1, maxLength: 2 }),
    claims: fc.array(pair, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const backends = fc.dictionary(service, weight, { minKeys: 1, maxKeys: 3 });
const by = fc.oneof(
  name.map((header) => ({ header })),
  name.map((cookie) => ({ cookie })),
  name.map((claim) => ({ claim })),
);
const sticky = fc.option(fc.record({ by, salt: text }), { nil: undefined });
const withSticky = <T extends object>(rule: T, one: { by: object; salt: string } | undefined): T =>
  one === undefined ? rule : { ...rule, sticky: one };
const matched = fc
  .record(
    {
      ...{ matches: fc.array(match, { minLength: 1, maxLength: 2 }), backends },
      mirror: fc.record({ service, percent: fc.constantFrom(0, 10, 100) }),
    },
    { requiredKeys: ['matches', 'backends'] },
  )
  .chain((rule) => sticky.map((one) => withSticky(rule, one)));
const last = fc.record({ backends }).chain((rule) => sticky.map((one) => withSticky(rule, one)));

/** Splits with clashes and nonsense in them. */
export const splitLists: fc.Arbitrary<TrafficSplit[]> = fc.array(
  fc
    .record({ of: service, rules: fc.array(matched, { maxLength: 2 }), end: last, uid: fc.nat(99) })
    .map(({ of, rules, end, uid }) => aSplit(of, [...rules, end], { name: `s${uid}` })),
  { maxLength: 4 },
);

/** A part of a rule's requests, and where a map sends it. */
export interface Part {
  side: number;
  target: string;
}

/**
 * What becomes of the requests of a rule: one part for each turn, or one for each side that users may belong to. Undefined
 * targets are an error: a request that finds none is refused.
 */
export function partsOf({ maps }: Layout, rule: string): (Part | undefined)[] {
  const { routes } = maps;
  const mix = routes.get(rule);
  if (mix === undefined) return [];
  const partAt = (side: string | undefined): Part | undefined => {
    const target = routes.get(`${rule}:${side ?? ''}`);
    return side === undefined || target === undefined ? undefined : { side: Number(side), target };
  };
  const living = /^[\d-]+\.([\d-]+)$/.exec(mix)?.[1];
  if (living !== undefined)
    return living.split('-').flatMap((one, side) => (one === '0' ? [] : [partAt(String(side))]));
  const turns = Number(routes.get(mix));
  return Array.from({ length: turns }, (_, turn) => partAt(routes.get(`${mix}:${turn}`)));
}

/** Rules of a split, by the name that stands where a slot would. */
export function rulesOf({ maps }: Layout, id: string): string[] {
  return [...maps.routes.keys()].filter((key) => key.startsWith(`${id}.`) && !key.includes(':'));
}
