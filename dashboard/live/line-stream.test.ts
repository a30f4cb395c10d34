import test from 'ava';
import { openLines } from './line-stream.ts';

/** Answers one after the other; then never again. */
function world(answers: (() => Response)[]) {
  const values: unknown[] = [];
  const problems: (string | undefined)[] = [];
  const retries: (() => void)[] = [];
  const deps = {
    fetch: (async () => {
      const answer = answers.shift();
      return answer === undefined ? new Promise<Response>(() => undefined) : answer();
    }) as unknown as typeof fetch,
    schedule: (_delayMs: number, run: () => void) => {
      retries.push(run);
      return () => undefined;
    },
  };
  const listener = {
    onValue: (value: unknown) => void values.push(value),
    onProblem: (problem: string | undefined) => void problems.push(problem),
  };
  const end = openLines(deps, '/x', listener);
  return { values, problems, retries, end };
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
const cut = (...parts: string[]): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    }),
  );

test('lines are put together again, and a break begins anew', async (t) => {
  const { values, problems, retries } = world([() => cut('{"a":1}\n{"b"', ':"ü"}\n'), () => cut('{"c":3}\n')]);
  await settled();
  t.deepEqual(values, [{ a: 1 }, { b: 'ü' }]);
  t.regex(problems.at(-1) ?? '', /begun anew/);
  retries[0]?.();
  await settled();
  t.deepEqual(values.at(-1), { c: 3 });
});

test('a refusal is told with its sentence and not tried again', async (t) => {
  const body = JSON.stringify({ message: 'you may not' });
  const { problems, retries } = world([() => new Response(body, { status: 403 })]);
  await settled();
  t.deepEqual(problems, ['the server answered 403: you may not']);
  t.is(retries.length, 0);
});

test('what is no longer wanted is silent', async (t) => {
  const { end, problems, retries } = world([() => cut('')]);
  end();
  await settled();
  t.deepEqual(retries, []);
  t.true(problems.every((problem) => problem === undefined));
});
