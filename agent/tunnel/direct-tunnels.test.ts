// Which replicas are dialled beside the first tunnel, and what is taken for news.
import test from 'ava';
import { readReplicaNews, REPLICAS_MAX } from '@gantry/kit/tunnel/replica-news';
import { directTunnels } from './direct-tunnels.ts';

const [A, B, C] = ['10.0.0.1:6443', '10.0.0.2:6443', '10.0.0.3:6443'] as const;
const replicas = [A, B, C];

const rows: readonly [
  name: string,
  given: Parameters<typeof directTunnels>[0],
  dialled: readonly string[],
][] = [
  ['nobody has told yet', { server: `https://${A}`, reached: undefined, replicas: [] }, []],
  ['one replica, by its own address', { server: `https://${A}`, reached: A, replicas: [A] }, []],
  ['one replica, by another address', { server: 'https://127.0.0.1:6443', reached: A, replicas: [A] }, []],
  ['three, by the address of one', { server: `https://${A}`, reached: A, replicas }, [B, C]],
  ['that one is away', { server: `https://${A}`, reached: undefined, replicas }, [B, C]],
  ['three behind a balancer', { server: 'https://api.example', reached: B, replicas }, [A, C]],
  ['the balancer is away', { server: 'https://api.example', reached: undefined, replicas }, [A, B, C]],
  ['told twice', { server: 'https://api.example:6443', reached: A, replicas: [B, B, A] }, [B]],
];

for (const [name, given, dialled] of rows)
  test(`dialled: ${name}`, (t) => {
    t.deepEqual(directTunnels(given), [...dialled]);
  });

test('what is no news is passed over, and replicas are bounded', (t) => {
  for (const value of [
    undefined,
    'x',
    {},
    { self: A },
    { self: 'http://x', replicas: [] },
    { self: 5, replicas: [] },
  ])
    t.is(readReplicaNews(value), undefined);
  t.deepEqual(readReplicaNews({ self: A, replicas: [B, 'no address', 7, '[::1]:6443', 'user@host:1'] }), {
    self: A,
    replicas: [B, '[::1]:6443'],
  });
  const many = Array.from({ length: 40 }, (_, at) => `10.0.0.${at}:6443`);
  t.is(readReplicaNews({ self: A, replicas: many })?.replicas.length, REPLICAS_MAX);
});
