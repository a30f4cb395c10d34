// Operators of conditions. Numbers and texts are never turned into each other by themselves; NaN and division by zero are
// not values that anything could be decided on.
import isEqual from 'fast-deep-equal';
import { isList, isMap } from '../../json-value.ts';
import { shown, undecided, wrong } from './trouble.ts';

type Operator = (left: unknown, right: unknown) => unknown;

const comparison = (operator: string): [string, Operator] => [operator, (a, b) => compare(operator, a, b)];
const calculation = (operator: string): [string, Operator] => [
  operator,
  (a, b) => arithmetic(operator, a, b),
];
const onTexts = (operator: string): [string, Operator] => [operator, (a, b) => texts(operator, a, b)];

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['==', equal],
  ['===', equal],
  ['!=', (a, b) => !equal(a, b)],
  ['!==', (a, b) => !equal(a, b)],
  ...['<', '<=', '>', '>='].map(comparison),
  ...['-', '*', '/', '%', '**'].map(calculation),
  ['+', (a, b) => (typeof a === 'string' && typeof b === 'string' ? a + b : arithmetic('+', a, b))],
  ['in', isIn],
  ['contains', (a, b) => (isList(a) ? a.some((item) => isEqual(item, b)) : texts('contains', a, b))],
  ...['startsWith', 'endsWith'].map(onTexts),
]);

/** A binary operator on two values. @throws ConditionTrouble. */
export function binary(operator: string, left: unknown, right: unknown): unknown {
  const known = OPERATORS.get(operator);
  if (known === undefined) throw wrong(`the operator ${operator} is not known`);
  return known(left, right);
}

function equal(left: unknown, right: unknown): boolean {
  if (Number.isNaN(left) || Number.isNaN(right)) throw undecided('NaN equals nothing: use isNaN()');
  return isEqual(left ?? null, right ?? null);
}

function compare(operator: string, left: unknown, right: unknown): boolean {
  if (typeof left === 'string' && typeof right === 'string') return order(operator, left, right);
  const [a, b] = [numberOf(left, operator), numberOf(right, operator)];
  if (Number.isNaN(a) || Number.isNaN(b))
    throw undecided(`a value is NaN, which ${operator} says nothing about`);
  return order(operator, a, b);
}

function order<T extends string | number>(operator: string, a: T, b: T): boolean {
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

function arithmetic(operator: string, left: unknown, right: unknown): number {
  const [a, b] = [numberOf(left, operator), numberOf(right, operator)];
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (operator === '**') return a ** b;
  if (b === 0) throw undecided(`division by zero: ${shown(left)} ${operator} ${shown(right)}`);
  return operator === '/' ? a / b : a % b;
}

/** @throws ConditionTrouble when it is no number. */
export function numberOf(value: unknown, what: string): number {
  if (typeof value === 'number') return value;
  if (value === undefined || value === null) throw wrong(`${what} has no value to work on: it is nil`);
  const remedy =
    typeof value === 'string' ? ': use asFloat()' : isList(value) ? ': name an element, e.g. result[0]' : '';
  throw wrong(`${what} needs a number, got ${shown(value)}${remedy}`);
}

/** @throws ConditionTrouble when it is neither true nor false. */
export function truthOf(value: unknown, what: string): boolean {
  if (typeof value === 'boolean') return value;
  throw wrong(`${what} needs true or false, got ${shown(value)}`);
}

function isIn(left: unknown, right: unknown): boolean {
  if (isList(right)) return right.some((item) => isEqual(item, left));
  if (isMap(right) && typeof left === 'string') return Object.hasOwn(right, left);
  throw wrong(`in needs a list, got ${shown(right)}`);
}

function texts(operator: string, left: unknown, right: unknown): boolean {
  if (typeof left !== 'string' || typeof right !== 'string')
    throw wrong(`${operator} needs texts, got ${shown(left)} and ${shown(right)}`);
  if (operator === 'startsWith') return left.startsWith(right);
  return operator === 'endsWith' ? left.endsWith(right) : left.includes(right);
}
