import test from 'ava';
import { createSlowFiles } from './slow-files.ts';

test('the time until a result arrives is its file’s, wherever the text was cut', (t) => {
  const slow = createSlowFiles(1_000);
  slow.note('TAP version 13\nok 1 - agent › dist › pods › a pod starts\nok 2 - e2e › di', 3_000);
  slow.note('st › cluster › traffic › an update\n', 9_000);
  slow.note('not ok 3 - agent › dist › pods › a pod ends\n    ---\n', 10_000);
  t.deepEqual(slow.worst(1), ['e2e/cluster/traffic 6 s']);
  t.deepEqual(slow.worst(5), ['e2e/cluster/traffic 6 s', 'agent/pods 3 s']);
});
