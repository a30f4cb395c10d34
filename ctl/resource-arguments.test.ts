import test from 'ava';
import { parseResourceArguments } from './resource-arguments.ts';

const read = (...words: string[]): string[] =>
  parseResourceArguments(words).map(({ definition, names }) => `${definition.kind}:${names.join('+')}`);

const cases: [string[], string[]][] = [
  [['pods'], ['Pod:']],
  [['po', 'a', 'b'], ['Pod:a+b']],
  [['deploy/web'], ['Deployment:web']],
  [
    ['deploy/web', 'pod/a', 'deployment/api'],
    ['Deployment:web+api', 'Pod:a'],
  ],
  [['pods,deployments'], ['Pod:', 'Deployment:']],
  [['deployments.apps', 'web'], ['Deployment:web']],
];
for (const [words, expected] of cases) {
  test(`reads: ${words.join(' ')}`, (t) => {
    t.deepEqual(read(...words), expected);
  });
}

test('a category stands for its kinds', (t) => {
  t.true(read('all').includes('Deployment:'));
});

const mistakes: [string[], RegExp][] = [
  [[], /Name a kind/],
  [['podz'], /no kind "podz"; did you mean "pods?"/],
  [['flags'], /no kind "flags"; did you mean "featureflags"\?/],
  [['pods', 'deploy/web'], /either "pods NAME …" or "KIND\/NAME …"/],
  [['pods,deploy', 'web'], /one kind only/],
  [['deploy/'], /is not KIND\/NAME/],
  [['a/b/c'], /is not KIND\/NAME/],
];
for (const [words, message] of mistakes) {
  test(`refuses: ${words.join(' ') || '(nothing)'}`, (t) => {
    t.throws(() => read(...words), { message });
  });
}
