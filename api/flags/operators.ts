// The operators that targeting may use: JSONLogic's and flagd's. What else the engine knows (throw, try, eachKey, …)
// is no part of flagd's definition: other programs that evaluate the same flags do not know it.

/** How an operator's outcome may be a variant: not at all, as its own literals, or as one of certain arguments. */
export type Operator = 'value' | 'iteration' | 'choice' | 'fractional';

const VALUES = [
  ...[
    'var',
    'missing',
    'missing_some',
    '==',
    '===',
    '!=',
    '!==',
    '!',
    '!!',
    'or',
    'and',
    'in',
    'cat',
    'substr',
  ],
  ...['>', '>=', '<', '<=', 'max', 'min', '+', '-', '*', '/', '%', 'merge'],
  ...['sem_ver', 'starts_with', 'ends_with'],
];

/** By name. `$ref` is none: it is replaced before anything is evaluated. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...VALUES.map((name): [string, Operator] => [name, 'value']),
  ...['map', 'filter', 'reduce', 'all', 'none', 'some'].map((name): [string, Operator] => [
    name,
    'iteration',
  ]),
  ['if', 'choice'],
  ['fractional', 'fractional'],
]);

/** Stands for the rule of this name in `$evaluators`. */
export const REFERENCE = '$ref';

/** Operators whose outcome is longer than what goes in: within `reduce` it would double with each item. */
export const GROWING: ReadonlySet<string> = new Set(['cat', 'merge']);

/** How many arguments, where a wrong number would make the rule silently match nothing. */
export const ARGUMENT_COUNTS: Readonly<Record<string, number>> = { sem_ver: 3, starts_with: 2, ends_with: 2 };

/** What compares two versions. */
export const VERSION_COMPARISONS = ['=', '!=', '<', '<=', '>', '>=', '^', '~'] as const;
