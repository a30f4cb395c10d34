// Splits in HAProxy's words: a request whose slot is a split is led on to a side of it. Pure. Whatever a user wrote is
// written as hexadecimal digits, but for names that are words.
import { word } from '../cli-text.ts';
import { choiceLines, targetLine, type ChoiceNames } from '../render-choices.ts';
import {
  headerName,
  hex,
  namedConditions,
  requestConditions,
  valueCondition,
} from '../routes/render-entries.ts';
import type { SplitEntry, SplitRouting, StickyRule } from '../routes/routing.ts';
import { SIDE_CONVERTER } from './fractional-lua.ts';
import { LAST_RULE } from './translate-splits.ts';

const SPLIT: ChoiceNames = { scope: 'txn', rule: 'srule', counter: 1 };
/** Splits stand where slots would, and only their names begin with this. */
const IS_SPLIT = '{ var(txn.slot) -m beg x }';
const HAS_RULE = '{ var(txn.srule) -m found }';

/**
 * Leads on from a split. Nothing without splits.
 *
 * @param prefix of the names of conditions.
 * @param again find the slot anew: a split that was found may be gone at the next line.
 */
export function splitLines(
  { isUsed, entries, sticky }: SplitRouting,
  map: string,
  prefix: string,
  again: readonly string[],
): string[] {
  if (!isUsed) return [];
  return [
    ...entries.flatMap((entry, at) => entryLines(entry, `${word(prefix)}-s${at}`)),
    `  http-request set-var(txn.srule) var(txn.slot),concat(.${LAST_RULE}) if ${IS_SPLIT} !${HAS_RULE}`,
    ...choiceLines('http-request', SPLIT, map).map(onlyInSplit),
    ...stickyLines(sticky),
    onlyInSplit(targetLine('http-request', SPLIT, map)),
    ...again.map((line) => `${line}${line.includes(' if ') ? '' : ' if'} ${IS_SPLIT}`),
  ];
}

function onlyInSplit(line: string): string {
  return `${line}${line.includes(' if ') ? '' : ' if'} ${HAS_RULE}`;
}

function entryLines(entry: SplitEntry, prefix: string): string[] {
  const { acls, conditions } = requestConditions(entry, prefix);
  const named = namedConditions(
    entry.cookies.map(({ name, value }) =>
      valueCondition(`req.cook(${headerName(name)})`, { name, value, isRegex: false }),
    ),
    `${prefix}-c`,
  );
  const claims = entry.claims.map(({ name }, at) => [`${prefix}-j-${at}`, claimSample(name)] as const);
  return [
    ...acls,
    ...named.acls,
    ...claims.flatMap(([acl, sample], at) =>
      claimTexts(entry.claims[at]?.value ?? '').map(
        (text) => `  acl ${acl} ${sample},concat(),hex -m str ${hex(text)}`,
      ),
    ),
    `  http-request set-var(txn.srule) str(${word(entry.rule)}) if !${HAS_RULE} { var(txn.slot) -m str ${word(entry.split)} } ${[...conditions, ...named.conditions, ...claims.map(([acl]) => acl)].join(' ')}`,
  ];
}

/** Whole numbers in full; texts as they are; true and false as 1 and 0. Parts of a claim by dots. */
function claimSample(name: string): string {
  return `http_auth_bearer,jwt_payload_query('$.${headerName(name)}','int')`;
}

/** How HAProxy says what a claim is. */
function claimTexts(value: string): string[] {
  if (value === 'true') return [value, '1'];
  return value === 'false' ? [value, '0'] : [value];
}

function stickyLines(rules: readonly StickyRule[]): string[] {
  if (rules.length === 0) return [];
  const isSticky = '{ var(txn.salt) -m found }';
  return [
    ...rules.flatMap(({ rule, by, salt }) => {
      const condition = `{ var(txn.srule) -m str ${word(rule)} }`;
      return [
        `  http-request set-var(txn.salt) bin(${hex(salt)}) if ${condition}`,
        `  http-request set-var(txn.user) ${userSample(by)} if ${condition}`,
      ];
    }),
    `  http-request set-var(txn.draw) var(txn.srule_mix) if ${isSticky}`,
    `  http-request set-var(txn.draw) var(txn.srule_mix),concat(:,txn.salt),concat(,txn.user) if ${isSticky} { var(txn.user) -m len gt 0 }`,
    `  http-request set-var(txn.srule_side) var(txn.draw),${SIDE_CONVERTER} if ${isSticky}`,
  ];
}

function userSample({ type, name }: StickyRule['by']): string {
  if (type === 'claim') return `${claimSample(name)},concat()`;
  return type === 'header' ? `req.fhdr(${headerName(name)})` : `req.cook(${headerName(name)})`;
}
