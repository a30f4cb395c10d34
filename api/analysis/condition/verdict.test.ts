// What conditions say of values, and that they never say more than they know.
import test from 'ava';
import fc from 'fast-check';
import { CONDITION_CHARS_MAX } from '../limits.ts';
import { conditionProblem } from './check-condition.ts';
import { verdictOn } from './verdict.ts';

/** Success condition, value, phase, part of the message. */
const ROWS: [string, unknown, string, string?][] = [
  ['result[0] >= 0.95', [0.97], 'Successful'],
  ['result[0] >= 0.95', [0.5], 'Failed'],
  ['result[-1] == 2', [1, 2], 'Successful'],
  ['result >= 0.95', 1, 'Successful'],
  ["result == 'ok'", 'ok', 'Successful'],
  ["result.status == 'ok' && result.data.count > 3", { status: 'ok', data: { count: 4 } }, 'Successful'],
  ["result['status'] == 'ok'", { status: 'ok' }, 'Successful'],
  ['asFloat(result) < 0.05', '0.01', 'Successful'],
  ['asInt(result) == 3', '3.9', 'Successful'],
  ['isNaN(result[0]) || result[0] < 0.05', [Number.NaN], 'Successful'],
  ['isInf(asFloat(result))', '+Inf', 'Successful'],
  ['default(result, 0) < 1', null, 'Successful'],
  ['result ?? 5 == 5', null, 'Successful'],
  ['(result ?? 5) == 5', null, 'Successful'],
  ['isNil(result.missing)', {}, 'Successful'],
  ['result?.a?.b == nil', {}, 'Successful'],
  ['len(result) == 0', [], 'Successful'],
  ['all(result, # >= 0.9)', [0.9, 1], 'Successful'],
  ['all(result, {# >= 0.9})', [0.9, 0.1], 'Failed'],
  ['any(result, {#.ok})', [{ ok: false }, { ok: true }], 'Successful'],
  ['len(filter(result, # > 1)) == 2', [1, 2, 3], 'Successful'],
  ['all(result, any(#, # > 2))', [[1, 3], [4]], 'Successful'],
  ['none(result, # > 3) and one(result, # == 1)', [1, 2], 'Successful'],
  ['sum(map(result, # * 2)) == 12 and mean(result) == 2', [1, 2, 3], 'Successful'],
  ['result in [200, 204]', 204, 'Successful'],
  ["not (result contains 'error')", 'all fine', 'Successful'],
  ["result startsWith 'a' or result endsWith 'z'", 'xyz', 'Successful'],
  ['result > 1 ? true : false', 2, 'Successful'],
  ['result[0] >= 0.95', [], 'Error', 'empty list'],
  ['result[1] >= 0.95', [1], 'Error', 'no element 1'],
  ['result[0] >= 0.95', 1, 'Error', 'has no parts'],
  ['result >= 0.95', [1], 'Error', 'name an element'],
  ['result >= 0.95', '1', 'Error', 'asFloat'],
  ['result.ratio >= 0.95', {}, 'Error', 'nil'],
  ['result >= 0.95', null, 'Error', 'nil'],
  ['result.a.b == 1', {}, 'Error', 'of nil'],
  ['asFloat(result) > 1', 'many', 'Error', 'cannot read'],
  ['result', 1, 'Error', 'true or false'],
  ['result >= 0.95', Number.NaN, 'Inconclusive', 'NaN'],
  ['result[0] == 1', [Number.NaN], 'Inconclusive', 'isNaN'],
  ['1 / result < 2', 0, 'Inconclusive', 'division by zero'],
  ['result.errors / result.all < 0.01', { errors: 0, all: 0 }, 'Inconclusive', 'division by zero'],
  ['result[0].constructor == 1', [{}], 'Failed'],
  ['result.__proto__ == nil', {}, 'Successful'],
];

for (const [successCondition, result, phase, message] of ROWS)
  test(`${successCondition} of ${String(JSON.stringify(result))} (${String(result)}): ${phase}`, (t) => {
    const verdict = verdictOn(result, { successCondition });
    t.is<string, string>(verdict.phase, phase, verdict.message);
    if (message !== undefined) t.true(verdict.message?.includes(message), verdict.message);
    t.is(conditionProblem(successCondition), undefined);
  });

test('both, one, none: as Argo Rollouts decides', (t) => {
  const both = { successCondition: 'result > 9', failureCondition: 'result < 5' };
  t.is(verdictOn(10, both).phase, 'Successful');
  t.is(verdictOn(7, both).phase, 'Inconclusive');
  t.is(verdictOn(1, both).phase, 'Failed');
  t.is(verdictOn(7, { failureCondition: 'result < 5' }).phase, 'Successful');
  t.is(verdictOn(1, { failureCondition: 'result < 5' }).phase, 'Failed');
  t.is(verdictOn(undefined, {}).phase, 'Successful');
  t.is(verdictOn(Number.NaN, { failureCondition: 'result > 5' }).phase, 'Inconclusive');
});

const REFUSED: [string, string][] = [
  ['', 'empty'],
  ['result >', 'cannot be read'],
  ['result > 1; result < 2', 'one expression'],
  ['resutl > 1', 'no variable resutl'],
  ['process.exit()', 'no function'],
  ['result.constructor("x")', 'no function'],
  ['eval(result)', 'no function eval()'],
  ['this', 'do not know'],
  ['# > 1', '# stands for'],
  ['all(result)', 'takes 2 values'],
  ['asFloat(result, 1)', 'takes 1 values'],
  ['result | 1', 'operator | is not known'],
  ['all(result, {# > 1)', '}'],
  [`result == ${'('.repeat(200)}1${')'.repeat(200)} + ${'-'.repeat(100)}1`, 'deeper'],
  ['('.repeat(1_900), 'cannot be read'],
  ['x'.repeat(CONDITION_CHARS_MAX + 1), 'at most'],
];

for (const [text, part] of REFUSED)
  test(`refused: ${text.slice(0, 40)}`, (t) => {
    t.true(conditionProblem(text)?.includes(part), conditionProblem(text));
  });

test('work is bounded: lists within lists end with an error', (t) => {
  const list = Array.from({ length: 500 }, (_, at) => at);
  const verdict = verdictOn(list, { successCondition: 'all(result, any(result, # == 499))' });
  t.is(verdict.phase, 'Error');
  t.regex(verdict.message ?? '', /steps/);
});

test('whatever is written, and whatever was measured, there is a verdict and nothing is thrown', (t) => {
  const piece = fc.constantFrom(
    ...'result # [0] .a ( ) { } + - / && || ! not nil 1 0 "x" all( , any( len( asFloat( ?? ?. ? :'.split(' '),
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 12 }).map((all) => all.join(' ')),
  );
  fc.assert(
    fc.property(text, fc.jsonValue(), (condition, value) => {
      conditionProblem(condition);
      const { phase } = verdictOn(value, { successCondition: condition });
      return ['Successful', 'Failed', 'Inconclusive', 'Error'].includes(phase);
    }),
    { numRuns: 3_000 },
  );
  t.pass();
});
