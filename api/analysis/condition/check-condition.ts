// What is wrong with a condition before anything was measured. Pure.
import { LIST_FUNCTIONS, PLAIN_FUNCTIONS } from './functions.ts';
import { ELEMENT, parseCondition, wordOf, type Expression } from './parse.ts';

/** One sentence, or undefined when it can be asked. */
export function conditionProblem(text: string): string | undefined {
  const parsed = parseCondition(text);
  return parsed.ok ? nameProblem(parsed.tree, false) : parsed.problem;
}

const OPERATORS = new Set(
  '== === != !== < <= > >= + - * / % ** ?? && || and or in contains startsWith endsWith ! not'.split(' '),
);

const NAMES = Object.keys({ ...PLAIN_FUNCTIONS, ...LIST_FUNCTIONS });

function nameProblem(node: Expression, inPredicate: boolean): string | undefined {
  if (node.type === 'Identifier') return variableProblem(wordOf(node, 'name'), inPredicate);
  if (node.type === 'CallExpression') return callProblem(node, inPredicate);
  const { operator } = node;
  if (typeof operator === 'string' && !OPERATORS.has(operator))
    return `the operator ${operator} is not known`;
  const parts =
    node.type === 'MemberExpression' && node['computed'] !== true ? [node['object']] : Object.values(node);
  return firstProblem(parts, inPredicate);
}

function variableProblem(name: string, inPredicate: boolean): string | undefined {
  if (name === 'result' || (name === ELEMENT && inPredicate)) return undefined;
  if (name === ELEMENT) return '# stands for an element, inside all(), any(), filter() and the like';
  return `there is no variable ${name}: the measured value is \`result\``;
}

function callProblem(node: Expression, inPredicate: boolean): string | undefined {
  const callee = node['callee'] as Expression;
  const name = callee.type === 'Identifier' ? wordOf(callee, 'name') : '';
  if (!NAMES.includes(name)) return `there is no function ${name}(): known are ${NAMES.join(', ')}`;
  const given = node['arguments'] as Expression[];
  const overList = Object.hasOwn(LIST_FUNCTIONS, name);
  const [least, most] = overList ? [2, 2] : (PLAIN_FUNCTIONS[name]?.arity ?? [0, 0]);
  if (given.length < least || given.length > most)
    return `${name}() takes ${least === most ? least : `${least} to ${most}`} values, got ${given.length}`;
  return (
    firstProblem(given.slice(0, 1), inPredicate) ?? firstProblem(given.slice(1), inPredicate || overList)
  );
}

function firstProblem(parts: readonly unknown[], inPredicate: boolean): string | undefined {
  for (const part of parts)
    for (const child of [part].flat())
      if (typeof child === 'object' && child !== null && 'type' in child) {
        const problem = nameProblem(child as Expression, inPredicate);
        if (problem !== undefined) return problem;
      }
  return undefined;
}
