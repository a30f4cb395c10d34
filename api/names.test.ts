import test from 'ava';
import {
  dataKeyProblem,
  dnsLabelProblem,
  dnsSubdomainProblem,
  envNameProblem,
  ipAddressProblem,
  labelValueProblem,
  portNameProblem,
  qualifiedNameProblem,
  relativePathProblem,
  type TextRule,
} from './names.ts';

const ROWS: [string, TextRule, string[], string[]][] = [
  [
    'DNS label',
    dnsLabelProblem,
    ['a', 'web-1', '1a', 'x'.repeat(63)],
    ['', 'A', '-a', 'a-', 'a.b', 'a_b', 'x'.repeat(64), 'ä'],
  ],
  [
    'DNS subdomain',
    dnsSubdomainProblem,
    ['web', 'web.example', 'a.b.c-1'],
    ['', '.a', 'a.', 'a..b', 'Web', 'a/b', 'x'.repeat(254)],
  ],
  [
    'qualified name',
    qualifiedNameProblem,
    ['app', 'App_1', 'example.com/app', 'a.b'],
    ['', '/app', 'a/', 'a/b/c', '-app', 'app-', 'Example.com/app', `${'x'.repeat(64)}`],
  ],
  ['label value', labelValueProblem, ['', 'a', 'A_b.c-d'], ['-a', 'a ', 'a/b', 'x'.repeat(64)]],
  [
    'port name',
    portNameProblem,
    ['http', 'p-1', '8080a'],
    ['', '8080', 'Http', 'a--b', '-a', 'x'.repeat(16)],
  ],
  [
    'data key',
    dataKeyProblem,
    ['a', '.dockerconfigjson', 'A_b-c.d', '__proto__'],
    ['', '.', '..', '..a', 'a/b', 'a b'],
  ],
  ['variable name', envNameProblem, ['A', 'a.b', 'x-y', '1'], ['', 'a=b', 'ä', 'a\nb']],
  [
    'IP address',
    ipAddressProblem,
    ['10.0.0.1', '::1', 'fe80::1', '1:2:3:4:5:6:7:8'],
    ['', '10.0.0', '256.1.1.1', '01.1.1.1', '1::2::3', 'a.b.c.d', '1:2'],
  ],
  ['relative path', relativePathProblem, ['a', 'a/b', 'a..b'], ['', '/a', '../a', 'a/../b']],
];

for (const [name, rule, good, bad] of ROWS) {
  test(`${name}: what is allowed and what is not`, (t) => {
    t.deepEqual(
      good.filter((text) => rule(text) !== undefined),
      [],
    );
    t.deepEqual(
      bad.filter((text) => rule(text) === undefined),
      [],
    );
  });
}
