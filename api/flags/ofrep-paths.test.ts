import test from 'ava';
import { ofrepRequestOf } from './ofrep-paths.ts';

const ALL = { type: 'evaluate', namespace: 'default' };

test('one flag, all flags, the stream; of the namespace default or of any', (t) => {
  t.deepEqual(ofrepRequestOf('/ofrep/v1/evaluate/flags') as unknown, ALL);
  t.deepEqual(ofrepRequestOf('/ofrep/v1/evaluate/flags/') as unknown, ALL, 'as the control plane takes it');
  t.like(ofrepRequestOf('/ofrep/v1/evaluate/flags/a%2Fb'), { key: 'a/b' });
  t.like(ofrepRequestOf('/namespaces/team/ofrep/v1/evaluate/flags/a/b'), { namespace: 'team', key: 'a/b' });
  t.deepEqual(ofrepRequestOf('/ofrep/v1/stream') as unknown, { type: 'stream', namespace: 'default' });
  for (const path of ['/ofrep/v1/evaluate/flagsx', '/ofrep/v1/evaluate', '/ofrep/v1/evaluate/flags/%zz'])
    t.is(ofrepRequestOf(path), undefined, path);
});
