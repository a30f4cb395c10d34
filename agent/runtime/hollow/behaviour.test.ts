// What annotations ask for, and how a container answers over its life.
import test from 'ava';
import { codeOf } from '@gantry/kit/operational-error';
import { answerTo } from './answer.ts';
import { pullWishes, sandboxWishes, wishedBehaviour } from './behaviour-annotations.ts';
import { PLAIN_ANSWER, type Behaviour } from './behaviour.ts';

const all = (key: string, value: string) => ({ [`hollow.gantry.dev/${key}`]: value });
const own = (key: string, value: string) => ({ [`app.hollow.gantry.dev/${key}`]: value });

for (const [key, value, wanted] of [
  ['start-ms', '20', { startMs: 20 }],
  ['start-error', 'no such device', { startError: 'no such device' }],
  ['run-ms', '500', { runMs: 500 }],
  ['exit-code', '3', { exitCode: 3 }],
  ['oom-after-ms', '7', { oomAfterMs: 7 }],
  ['term-ms', '30', { termMs: 30 }],
  ['term-ms', 'never', { termMs: Infinity }],
  ['term-exit-code', '143', { termExitCode: 143 }],
  ['log', 'hello', { log: 'hello' }],
  ['message', 'bye', { message: 'bye' }],
  ['cpu', '250m', { cpuMilli: 250 }],
  ['memory', '64Mi', { memoryBytes: 64 * 1024 ** 2 }],
  ['ports', '80, 8080', { ports: [80, 8080] }],
  ['ready-after-ms', '9', { answers: [{ ...PLAIN_ANSWER, fromMs: 9 }] }],
  ['live-for-ms', '9', { answers: [{ ...PLAIN_ANSWER, untilMs: 9 }] }],
  ['answer-ms', '9', { answers: [{ ...PLAIN_ANSWER, tookMs: 9 }] }],
  [
    'answers',
    '[{"to":"/live","untilMs":5}]',
    { answers: [{ ...PLAIN_ANSWER, to: '/live', untilMs: 5 }, PLAIN_ANSWER] },
  ],
  // Of the pod, not of its containers.
  ['pull-ms', '5', {}],
  ['sandbox-ms', '5', {}],
] as const satisfies readonly (readonly [string, string, Partial<Behaviour>])[]) {
  test(`annotation ${key}: ${value}`, (t) => {
    t.deepEqual(wishedBehaviour(all(key, value), 'app', 0), wanted as Partial<Behaviour>);
    t.deepEqual(wishedBehaviour(own(key, value), 'app', 0), wanted as Partial<Behaviour>);
    t.deepEqual(wishedBehaviour(own(key, value), 'other', 0), {});
  });
}

for (const [annotations, sentence] of [
  [all('run-m', '5'), /hollow.gantry.dev\/run-m: there is no such key; there are pull-ms, /],
  [all('toString', '5'), /no such key/],
  [all('run-ms', '-5'), /run-ms: must be a whole number up to 1000000000, not "-5"/],
  [all('run-ms', 'soon'), /must be a whole number/],
  [all('exit-code', '256'), /up to 255/],
  [all('ports', '80,x'), /must be a whole number up to 65535/],
  [all('cpu', 'lots'), /must be a quantity/],
  [all('pull-error', 'broken'), /must be one of not-found, denied, failed/],
  [all('answers', '{}'), /must be a JSON array/],
  [all('answers', '[{"from":1}]'), /a rule has to, fromMs, .* not from: 1/],
  [all('answers', '[{"fromMs":"1"}]'), /not fromMs: "1"/],
  [all('answers', '[null]'), undefined],
  [own('run-m', '5'), /app.hollow.gantry.dev\/run-m: there is no such key/],
] as const) {
  test(`annotations that mean nothing: ${JSON.stringify(annotations)}`, (t) => {
    if (sentence === undefined) {
      t.notThrows(() => sandboxWishes(annotations));
      return;
    }
    const error = t.throws(() => sandboxWishes(annotations), { message: sentence });
    t.is(codeOf(error), 'container-start-failed');
  });
}

test('what is said of a container goes before what is said of all', (t) => {
  const annotations = { ...own('exit-code', '1'), ...all('exit-code', '2'), ...all('run-ms', '5') };
  t.deepEqual(wishedBehaviour(annotations, 'app', 0), { exitCode: 1, runMs: 5 });
  t.deepEqual(wishedBehaviour(annotations, 'other', 0), { exitCode: 2, runMs: 5 });
});

test('what others have annotated is not looked at', (t) => {
  const annotations = { 'example.com/run-ms': 'x', note: 'y', 'nothollow.gantry.dev/run-ms': 'z' };
  t.deepEqual(sandboxWishes(annotations), {});
  t.deepEqual(wishedBehaviour(annotations, 'app', 0), {});
});

test('what a pod wishes of its sandbox and images', (t) => {
  const annotations = { ...all('pull-ms', '5'), ...all('pull-error', 'denied'), ...all('sandbox-ms', '6') };
  t.deepEqual(sandboxWishes(annotations), { sandboxMs: 6 });
  t.deepEqual(pullWishes(annotations), { pullMs: 5, pullError: 'image-pull-auth' });
  t.deepEqual([sandboxWishes(), pullWishes()], [{}, {}]);
});

test('the first runs crash, later ones run on', (t) => {
  t.deepEqual(wishedBehaviour(all('crashes', '2'), 'app', 1), { runMs: 0, exitCode: 1 });
  t.deepEqual(wishedBehaviour(all('crashes', '2'), 'app', 2), { runMs: Infinity });
  const slow = { ...all('crashes', '2'), ...all('run-ms', '40'), ...all('exit-code', '9') };
  t.deepEqual(wishedBehaviour(slow, 'app', 0), { runMs: 40, exitCode: 9 });
  t.like(wishedBehaviour(slow, 'app', 2), { runMs: Infinity });
});

const goodAt = (rule: Partial<Behaviour['answers'][number]>, runningMs: number): boolean =>
  answerTo([{ ...PLAIN_ANSWER, ...rule }], 'http://10.0.0.2/ready', runningMs).isGood;

test('answers are good from a moment on, up to a moment, and between flaps', (t) => {
  t.true(goodAt({}, 0));
  t.deepEqual(
    [9, 10].map((ms) => goodAt({ fromMs: 10 }, ms)),
    [false, true],
  );
  t.deepEqual(
    [9, 10].map((ms) => goodAt({ untilMs: 10 }, ms)),
    [true, false],
  );
  const flapping = { fromMs: 100, everyMs: 50, failMs: 20 };
  t.deepEqual(
    [99, 100, 129, 130, 149, 150, 180].map((ms) => goodAt(flapping, ms)),
    [...[false, true, true, false, false, true, false]],
  );
});

test('the first rule that fits the question counts', (t) => {
  const rules = [
    { ...PLAIN_ANSWER, to: '/live', untilMs: 5, exitCode: 7, output: 'dead' },
    { ...PLAIN_ANSWER, fromMs: 10, tookMs: 3 },
  ];
  t.deepEqual(answerTo(rules, 'http://x/live', 6), { isGood: false, tookMs: 0, exitCode: 7, output: 'dead' });
  t.deepEqual(answerTo(rules, 'tcp:80', 6), { isGood: false, tookMs: 3, exitCode: 1, output: '' });
  t.deepEqual(answerTo(rules, 'tcp:80', 10), { isGood: true, tookMs: 3, exitCode: 0, output: '' });
  t.true(answerTo([], 'anything', 0).isGood);
});
