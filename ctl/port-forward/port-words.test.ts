import test from 'ava';
import fc from 'fast-check';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Service } from '@gantry/api/kinds/service';
import { CliError } from '../command.ts';
import { choosePod } from './choose-pod.ts';
import { localAddresses } from './local-address.ts';
import { portPairs, readPortWord } from './port-words.ts';

const pod = {
  metadata: { name: 'web-1' },
  spec: {
    containers: [
      { name: 'app', image: 'a', ports: [{ name: 'http', containerPort: 8080 }] },
      { name: 'dns', image: 'a', ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }] },
    ],
  },
} as unknown as Pod;

const service = (spec: object): Service => ({ metadata: { name: 'web' }, spec }) as unknown as Service;
const ports = [
  { name: 'main', port: 80, targetPort: 'http' },
  { name: 'admin', port: 81, targetPort: 9000 },
  { name: 'same', port: 82 },
  { name: 'dns', port: 53, protocol: 'UDP' },
];

const ofPod: [string, number, number][] = [
  ['80', 80, 80],
  ['8080:80', 8080, 80],
  [':80', 0, 80],
  ['0:80', 0, 80],
  ['http', 8080, 8080],
  ['1:http', 1, 8080],
  [':http', 0, 8080],
];

test('ports of a pod', (t) => {
  for (const [word, local, remote] of ofPod) t.deepEqual(portPairs([word], pod), [{ local, remote }], word);
});

const ofService: [string, number, number][] = [
  ['80', 80, 8080],
  ['main', 80, 8080],
  [':main', 0, 8080],
  ['9:81', 9, 9000],
  ['82', 82, 82],
];

test('ports of a Service lead to those of its pod, but for a headless one', (t) => {
  const plain = service({ ports });
  for (const [word, local, remote] of ofService) {
    t.deepEqual(portPairs([word], pod, plain), [{ local, remote }], word);
  }
  const headless = service({ ports, clusterIP: 'None' });
  t.deepEqual(portPairs(['81', 'main'], pod, headless), [
    { local: 81, remote: 81 },
    { local: 80, remote: 8080 },
  ]);
});

test('what cannot be meant is said', (t) => {
  const plain = service({ ports });
  const wrong: [() => unknown, RegExp][] = [
    [() => portPairs(['https'], pod), /Pod web-1 has no port named "https"/],
    [() => portPairs(['dns'], pod), /Port dns is UDP/],
    [() => portPairs(['83'], pod, plain), /Service web has no port 83/],
    [() => portPairs(['53'], pod, plain), /Port 53 is UDP/],
    ...['', ':', '1:2:3', 'a:80', '80:', '0', '65536', '65536:80', '8080:0'].map(
      (word): [() => unknown, RegExp] => [() => readPortWord(word), /is not \[LOCAL:\]REMOTE/],
    ),
  ];
  for (const [act, message] of wrong) t.throws(act, { instanceOf: CliError, message });
});

test('whatever is typed is understood or refused', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('0', '8', '65535', ':', '-', 'http', ' ') }), (word) => {
      try {
        for (const { local, remote } of portPairs([word], pod)) {
          t.true(local >= 0 && local <= 65_535 && remote >= 1 && remote <= 65_535, word);
        }
      } catch (error) {
        t.true(error instanceof CliError, String(error));
      }
    }),
  );
  t.pass();
});

test('addresses: localhost is both of its own, the rest as given, each once', (t) => {
  const hosts = (text: string): string[] => localAddresses(text).map(({ host }) => host);
  t.deepEqual(hosts('localhost'), ['127.0.0.1', '::1']);
  t.deepEqual(hosts('localhost, 10.0.0.1,127.0.0.1'), ['127.0.0.1', '::1', '10.0.0.1']);
  t.throws(() => localAddresses('example.com'), { message: /"example.com" is no address/ });
  t.throws(() => localAddresses(''), { instanceOf: CliError });
});

test('of several pods one that is ready is chosen, then one that runs; or it is said why there is none', (t) => {
  const one = (name: string, phase: string, ready = false, more: object = {}): Pod =>
    ({
      metadata: { name, creationTimestamp: `2026-01-01T00:00:0${name.length}Z`, ...more },
      spec: {},
      status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    }) as unknown as Pod;
  const gone = { deletionTimestamp: '2026-01-01T00:00:00Z' };
  const pods = [
    one('a', 'Pending'),
    one('bb', 'Running'),
    one('cccc', 'Running', true),
    one('ddd', 'Running', true),
  ];
  t.is(choosePod(pods, 'svc/web').metadata.name, 'ddd');
  t.is(choosePod(pods.slice(0, 2), 'svc/web').metadata.name, 'bb');
  t.throws(() => choosePod([], 'svc/web'), { message: 'svc/web has no pods.' });
  t.throws(() => choosePod([one('a', 'Pending')], 'a'), { message: /Pod a does not run \(Pending\)/ });
  t.throws(() => choosePod([one('a', 'Running', true, gone)], 'a'), { message: /\(Terminating\)/ });
  t.throws(() => choosePod([one('a', 'Failed'), one('b', 'Pending')], 'deploy/web'), {
    message: 'None of the 2 pods of deploy/web runs.',
  });
});
