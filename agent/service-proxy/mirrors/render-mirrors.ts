// Copies of requests in HAProxy's words: which requests are copied, and the frontend that copies come in by. Pure.
import { whole, word } from '../cli-text.ts';
import type { Mirror, Routing } from '../routes/routing.ts';
import {
  GENERATION_HEADER,
  MIRROR_ACTION,
  MIRROR_ANSWER_MS,
  MIRROR_SOCKET,
  MIRRORS_MAX,
  SWALLOW_FILTER,
  TARGET_HEADER,
} from './mirror-lua.ts';

/** The frontend of copies: what it counts are copies that were sent. */
export const MIRROR_FRONTEND = 'http-mirror';
/** Copies that were not sent, by reason. */
export const MIRROR_DROPS = 'mirror-drops';
const REASONS_MAX = 16;
const HAS_COPY = '{ var(txn.copy) -m found }';
const IS_DROPPED = '{ var(txn.copy_drop) -m found }';

/** Whether anything is copied. */
export function hasMirrors({ mirrors }: Routing): boolean {
  return mirrors.length > 0;
}

/**
 * Copies the requests of rules, as they are at this line. A request that is to be upgraded is a connection, which cannot be
 * copied. Several mirrors of a rule take turns: the first of all rules, then the second.
 *
 * @param used rules of routes that this frontend has; all have those of splits.
 */
export function mirrorLines(mirrors: readonly Mirror[], used: ReadonlySet<string>, map: string): string[] {
  const rounds: string[][] = [];
  const counts = new Map<string, number>();
  for (const mirror of mirrors) {
    if (mirror.of === 'route' && !used.has(mirror.rule)) continue;
    const round = counts.get(mirror.rule) ?? 0;
    counts.set(mirror.rule, round + 1);
    (rounds[round] ??= []).push(copyLine(mirror, map));
  }
  return rounds.flatMap((lines, round) => [
    ...(round === 0 ? [] : ['  http-request unset-var(txn.copy)', '  http-request unset-var(txn.copy_drop)']),
    ...lines,
    `  http-request ${MIRROR_ACTION} if ${HAS_COPY}`,
    `  http-request track-sc2 var(txn.copy_drop) table ${MIRROR_DROPS} if ${IS_DROPPED}`,
    `  http-request sc-inc-gpc0(2) if ${IS_DROPPED}`,
  ]);
}

function copyLine({ id, rule, of, numerator, denominator }: Mirror, map: string): string {
  const name = of === 'route' ? 'rule' : 'srule';
  const chance = numerator < denominator ? ` { rand(${whole(denominator)}) lt ${whole(numerator)} }` : '';
  return `  http-request set-var(txn.copy) str(${word(id)}),map_str(${word(map)}) if { var(txn.${name}) -m str ${word(rule)} } !{ req.hdr(upgrade) -m found }${chance}`;
}

/**
 * Where copies come in. Only Lua of this very configuration is believed: keys of pods mean something else in another one.
 *
 * @param noServiceSlot where copies go whose pods have left meanwhile.
 */
export function mirrorParts(
  routing: Routing,
  { generation, log, noServiceSlot }: { generation: string; log: readonly string[]; noServiceSlot: string },
): string[] {
  if (!hasMirrors(routing)) return [];
  const lines = [
    `frontend ${MIRROR_FRONTEND}`,
    '  mode http',
    `  bind unix@${MIRROR_SOCKET} mode 600`,
    // Those of the process before this one come in here too.
    `  maxconn ${whole(2 * MIRRORS_MAX)}`,
    `  timeout client ${whole(2 * MIRROR_ANSWER_MS)}ms`,
    '  timeout http-request 5s',
    ...log,
    `  filter ${SWALLOW_FILTER}`,
    `  http-request deny unless { req.hdr(${GENERATION_HEADER}) -m str ${word(generation)} }`,
    `  http-request set-var(txn.slot) req.hdr(${TARGET_HEADER})`,
    `  http-request set-var(txn.timeout) int(${whole(MIRROR_ANSWER_MS)})`,
    `  http-request del-header ${TARGET_HEADER}`,
    `  http-request del-header ${GENERATION_HEADER}`,
    '  http-response del-header content-length',
    '  use_backend %[var(txn.slot)] if { var(txn.slot) -m found }',
    `  default_backend ${word(noServiceSlot)}`,
  ];
  return [
    `backend ${MIRROR_DROPS}\n  stick-table type string len 16 size ${REASONS_MAX} store gpc0\n`,
    `${lines.join('\n')}\n`,
  ];
}
