import test from 'ava';
import { codeOf } from '@gantry/kit/operational-error';
import { EngineError, engineError } from './engine-error.ts';
import { execFailure } from './exec-failure.ts';
import { pullError } from './pull-error.ts';
import { startError } from './start-error.ts';

function answer(statusCode: number, message: string): EngineError {
  return engineError(
    'try',
    Object.assign(new Error(`(HTTP code ${statusCode}) x - ${message} `), { statusCode, json: { message } }),
  );
}

const starts: [number, string, string][] = [
  [
    500,
    'driver failed programming external connectivity on endpoint a (b): Bind for 0.0.0.0:80 failed: port is already allocated',
    'port-taken',
  ],
  [
    500,
    'driver failed programming external connectivity on endpoint a: Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use',
    'port-taken',
  ],
  [500, 'failed to set up container networking: failed to bind host port for 0.0.0.0:80', 'port-taken'],
  [404, 'No such image: sha256:00', 'image-not-found'],
  [
    400,
    'failed to create task for container: exec: "x": executable file not found in $PATH: unknown',
    'container-start-failed',
  ],
  [
    400,
    'invalid mount config for type "bind": bind source path does not exist: /x',
    'container-start-failed',
  ],
  [503, 'shutting down', 'runtime-unavailable'],
];

for (const [statusCode, message, code] of starts) {
  test(`starting: "${message.slice(-60)}" is ${code}`, (t) => {
    const error = startError(answer(statusCode, message));
    t.is(codeOf(error), code);
    t.true((error as Error).message.endsWith(message));
  });
}

const pulls: [string, string][] = [
  ['manifest for 127.0.0.1:5000/a:b not found: manifest unknown: manifest unknown', 'image-not-found'],
  ['manifest unknown: manifest unknown', 'image-not-found'],
  ['Get "https://127.0.0.1:5000/v2/a/manifests/b": no basic auth credentials', 'image-pull-auth'],
  ['Head "http://r/v2/a/manifests/b": unauthorized: authentication required', 'image-pull-auth'],
  [
    "pull access denied for a, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    'image-pull-auth',
  ],
  ['invalid reference format', 'invalid-image-name'],
  ['Get "https://r/v2/": dial tcp 127.0.0.1:1: connect: connection refused', 'image-pull-failed'],
  ['Get "https://r/v2/": dial tcp: lookup r on 127.0.0.1:53: no such host', 'image-pull-failed'],
];

for (const [message, code] of pulls) {
  test(`pulling: "${message.slice(0, 60)}" is ${code}`, (t) => {
    t.is(codeOf(pullError('a:b', answer(500, message))), code);
    t.is(codeOf(pullError('a:b', new EngineError('image-pull-failed', message))), code);
  });
}

const execs: [string, string, string][] = [
  [
    'OCI runtime exec failed: exec failed: unable to start container process: exec: "no": executable file not found in $PATH: unknown\r\n',
    'command-not-found',
    'exec: "no": executable file not found in $PATH',
  ],
  [
    'OCI runtime exec failed: exec failed: container_linux.go:367: starting container process caused: exec: "/no": stat /no: no such file or directory: unknown',
    'command-not-found',
    'exec: "/no": stat /no: no such file or directory',
  ],
  [
    'OCI runtime exec failed: exec failed: container_linux.go:345: starting container process caused "exec: \\"/etc\\": permission denied": unknown',
    'command-not-runnable',
    'exec: "/etc": permission denied',
  ],
  [
    'OCI runtime exec failed: exec failed: unable to start container process: exec /garbage: exec format error: unknown',
    'command-not-runnable',
    'exec /garbage: exec format error',
  ],
  ['ttrpc: closed: unknown', 'engine-failed', 'ttrpc: closed'],
  [
    'OCI runtime exec failed: exec failed: unable to start container process: error adding pid 1 to cgroups: no such file or directory: unknown',
    'engine-failed',
    'error adding pid 1 to cgroups: no such file or directory',
  ],
];

for (const [words, code, message] of execs) {
  test(`running: "${message}" is ${code}`, (t) => {
    const error = execFailure(words);
    t.is(error.code, code);
    t.is(error.message, message);
  });
}

test('an engine that is away is away, whatever was tried', (t) => {
  for (const code of ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE']) {
    const error = engineError('try', Object.assign(new Error(`connect ${code} /x`), { code }));
    t.is(error.code, 'runtime-unavailable');
    t.is(codeOf(startError(error)), 'runtime-unavailable');
    t.is(codeOf(pullError('a', error)), 'runtime-unavailable');
  }
});

test('an error without an answer and without a reason to wait is a failure of the engine', (t) => {
  t.is(engineError('try', new Error('no idea')).code, 'engine-failed');
});
