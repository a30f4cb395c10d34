import test from 'ava';
import { goalFrom } from './wait.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', generation: 1 },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
};

const cases: [string, boolean, boolean][] = [
  ['delete', false, true],
  ['create', true, false],
  ['condition=Ready', true, false],
  ['condition=ready=false', false, false],
  ['condition=Other', false, false],
  ['jsonpath={.status.phase}=Running', true, false],
  ['jsonpath={.status.phase}', true, false],
  ['jsonpath={.status.none}', false, false],
];
for (const [text, present, absent] of cases) {
  test(`--for ${text}`, (t) => {
    t.is(goalFrom(text).holds(pod), present);
    t.is(goalFrom(text).holds(undefined), absent);
  });
}

test('what is not known is refused with what there is', (t) => {
  t.throws(() => goalFrom('ready'), { message: /--for "ready" is not known/ });
});
