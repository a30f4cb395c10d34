// Reads a condition into a tree, by jsep (a parser that evaluates nothing). The words are expr-lang's, which Argo Rollouts
// uses: `and`, `or`, `not`, `in`, `contains`, and predicates over lists: `all(result, # >= 0.9)`, `all(result, {# > 0})`.
import jsep from 'jsep';
import { CONDITION_CHARS_MAX, CONDITION_DEPTH_MAX } from '../limits.ts';

/** A node of the tree. */
export type Expression = jsep.Expression;

/** A text field of a node; empty when it has none. */
export function wordOf(node: Expression, field: 'name' | 'operator'): string {
  const word = node[field];
  return typeof word === 'string' ? word : '';
}

/** Stands for the element in a predicate. */
export const ELEMENT = '#';

/** What the parser is taught once: words as operators, `nil`, and the element. */
const WORDS: jsep.IPlugin = {
  name: 'words of expr-lang',
  init() {
    jsep.addBinaryOp('or', 1);
    jsep.addBinaryOp('and', 2);
    for (const word of ['in', 'contains', 'startsWith', 'endsWith']) jsep.addBinaryOp(word, 7);
    jsep.addBinaryOp('??', 20);
    jsep.addUnaryOp('not');
    jsep.addLiteral('nil', null);
    jsep.hooks.add('gobble-token', function (env) {
      const node = gobblePredicate(this);
      if (node !== undefined) env.node = node;
    });
  },
};

/** `#`, and `{ … }` around a predicate. jsep knows neither. */
function gobblePredicate(scope: jsep.HookScope): Expression | undefined {
  const char = scope.expr[scope.index];
  if (char !== ELEMENT && char !== '{') return undefined;
  scope.index += 1;
  if (char === ELEMENT) return scope.gobbleTokenProperty({ type: 'Identifier', name: ELEMENT });
  const inner = scope.gobbleExpression();
  scope.gobbleSpaces();
  if (scope.expr[scope.index] !== '}') scope.throwError('Expected }');
  scope.index += 1;
  return inner;
}

// Done once: a second time changes nothing, and nothing else here uses this parser.
jsep.plugins.register(WORDS);

/** A condition that can be evaluated, or what is wrong with it. */
export type Parsed = { ok: true; tree: Expression } | { ok: false; problem: string };

/** Reads a condition. Pure; bounded in length and depth. */
export function parseCondition(text: string): Parsed {
  if (text.trim() === '') return { ok: false, problem: 'is empty' };
  if (text.length > CONDITION_CHARS_MAX)
    return { ok: false, problem: `must have at most ${CONDITION_CHARS_MAX} characters, has ${text.length}` };
  try {
    // The space lets words at the end be seen as words.
    const tree = jsep(`${text} `);
    const problem = treeProblem(tree, 0);
    return problem === undefined ? { ok: true, tree } : { ok: false, problem };
  } catch (error) {
    return { ok: false, problem: `cannot be read: ${(error as Error).message}` };
  }
}

const KNOWN_TYPES = new Set([
  'ArrayExpression',
  'BinaryExpression',
  'CallExpression',
  'ConditionalExpression',
  'Identifier',
  'Literal',
  'MemberExpression',
  'UnaryExpression',
]);

function treeProblem(node: Expression, depth: number): string | undefined {
  if (depth > CONDITION_DEPTH_MAX) return `is nested deeper than ${CONDITION_DEPTH_MAX} levels`;
  if (node.type === 'Compound' || node.type === 'SequenceExpression')
    return 'must be one expression; join several with && or ||';
  if (!KNOWN_TYPES.has(node.type)) return `has a part that conditions do not know: ${node.type}`;
  for (const value of Object.values(node))
    for (const child of [value].flat())
      if (typeof child === 'object' && child !== null && 'type' in child) {
        const problem = treeProblem(child, depth + 1);
        if (problem !== undefined) return problem;
      }
  return undefined;
}
