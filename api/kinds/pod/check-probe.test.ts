// Probes and hooks, by what is refused.
import test from 'ava';
import { C, testRefusals } from './test-pod.ts';

testRefusals(test, [
  [
    'a probe of nothing',
    {},
    { livenessProbe: {} },
    [`${C}.livenessProbe: Required value: one of exec, httpGet, tcpSocket`],
  ],
  [
    'a probe of two things',
    {},
    { readinessProbe: { exec: { command: ['a'] }, tcpSocket: { port: 1 } } },
    [`${C}.readinessProbe.tcpSocket: Forbidden: may not be set together with exec`],
  ],
  [
    'a liveness probe that must succeed twice',
    {},
    { livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } },
    [`${C}.livenessProbe.successThreshold: Invalid value: 2: must be 1`],
  ],
  [
    'a probe at no port',
    {},
    { livenessProbe: { httpGet: { port: 0 } }, readinessProbe: { tcpSocket: { port: 'Bad_Port' } } },
    [
      `${C}.livenessProbe.httpGet.port: Invalid value: 0`,
      `${C}.readinessProbe.tcpSocket.port: Invalid value: "Bad_Port"`,
    ],
  ],
  [
    'a hook without a command',
    {},
    { lifecycle: { preStop: { exec: {} } } },
    [`${C}.lifecycle.preStop.exec.command: Required value`],
  ],
  [
    'a probe on an init container',
    { initContainers: [{ name: 'init', image: 'a', livenessProbe: { tcpSocket: { port: 80 } } }] },
    {},
    ['spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers'],
  ],
]);
