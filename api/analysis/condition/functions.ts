// Functions of conditions: those of Argo Rollouts and the ones of expr-lang that analyses need.
import { isList, isMap } from '../../json-value.ts';
import { numberOf, truthOf } from './operators.ts';
import { shown, wrong } from './trouble.ts';

/** A function of values. */
export interface PlainFunction {
  arity: readonly [number, number];
  call(args: readonly unknown[]): unknown;
}

const one = (call: (value: unknown) => unknown): PlainFunction => ({
  arity: [1, 1],
  call: ([value]) => call(value),
});
const ofNumber = (name: string, call: (value: number) => unknown): PlainFunction =>
  one((value) => call(numberOf(value, `${name}()`)));
const ofNumbers = (name: string, call: (values: readonly number[]) => number): PlainFunction => ({
  arity: [1, 20],
  call: (args) => {
    const values = args.flatMap((value) => value).map((value) => numberOf(value, `${name}()`));
    if (values.length === 0) throw wrong(`${name}() of no values`);
    return call(values);
  },
});

/** By name. */
export const PLAIN_FUNCTIONS: Readonly<Record<string, PlainFunction>> = {
  asFloat: one((value) => parsed(value, 'asFloat')),
  asInt: one((value) => Math.trunc(parsed(value, 'asInt'))),
  isNaN: ofNumber('isNaN', Number.isNaN),
  isInf: ofNumber('isInf', (value) => Math.abs(value) === Infinity),
  isNil: one((value) => value === undefined || value === null),
  default: { arity: [2, 2], call: ([value, otherwise]) => value ?? otherwise },
  len: one(lengthOf),
  abs: ofNumber('abs', Math.abs),
  floor: ofNumber('floor', Math.floor),
  ceil: ofNumber('ceil', Math.ceil),
  round: ofNumber('round', Math.round),
  min: ofNumbers('min', (values) => values.reduce((a, b) => Math.min(a, b))),
  max: ofNumbers('max', (values) => values.reduce((a, b) => Math.max(a, b))),
  sum: ofNumbers('sum', (values) => values.reduce((a, b) => a + b)),
  mean: ofNumbers('mean', (values) => values.reduce((a, b) => a + b) / values.length),
};

/** Asks a predicate about each element. */
export type Ask = (element: unknown) => unknown;

/** Functions that take a list and a predicate. */
export const LIST_FUNCTIONS: Readonly<Record<string, (list: readonly unknown[], ask: Ask) => unknown>> = {
  all: (list, ask) => list.every(truth('all', ask)),
  any: (list, ask) => list.some(truth('any', ask)),
  none: (list, ask) => !list.some(truth('none', ask)),
  one: (list, ask) => list.filter(truth('one', ask)).length === 1,
  filter: (list, ask) => list.filter(truth('filter', ask)),
  count: (list, ask) => list.filter(truth('count', ask)).length,
  map: (list, ask) => list.map((element) => ask(element)),
};

const truth =
  (name: string, ask: Ask) =>
  (element: unknown): boolean =>
    truthOf(ask(element), `the predicate of ${name}()`);

function parsed(value: unknown, name: string): number {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value.trim() : '';
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const number = text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(number)) throw wrong(`${name}() cannot read ${shown(value)}`);
  return number;
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || isList(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw wrong(`len() of ${shown(value)}`);
}
