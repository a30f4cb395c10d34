// Probes and lifecycle hooks of a container: how its health is asked, and what runs around its life.
import type { Static } from 'typebox';
import {
  described,
  integer,
  intOrString,
  listOf,
  long,
  notYet,
  oneOf,
  optional,
  struct,
  text,
} from '../../schema.ts';

const CORE = 'io.k8s.api.core.v1';

export const ExecAction = struct(`${CORE}.ExecAction`, 'Runs a command in the container.', {
  command: optional(
    listOf('Program and arguments; no shell is put in between. Exit code 0 is success.', text('A word.')),
  ),
});
export type ExecAction = Static<typeof ExecAction>;

export const HTTPHeader = struct(`${CORE}.HTTPHeader`, 'A header of the request.', {
  name: text('Name of the header.'),
  value: text('Value of the header.'),
});

export const HTTPGetAction = struct(
  `${CORE}.HTTPGetAction`,
  'Sends an HTTP GET. Any status from 200 to 399 is success.',
  {
    port: intOrString('Number or name of the container port.'),
    path: optional(text('Path of the request; `/` when absent.', { default: '/' })),
    host: optional(text("Host to ask; the pod's address when absent.")),
    scheme: optional(
      oneOf('HTTP or HTTPS (certificates are not checked).', ['HTTP', 'HTTPS'], { default: 'HTTP' }),
    ),
    httpHeaders: optional(listOf('Headers to send along.', HTTPHeader)),
  },
);
export type HTTPGetAction = Static<typeof HTTPGetAction>;

export const TCPSocketAction = struct(`${CORE}.TCPSocketAction`, 'Opens a TCP connection.', {
  port: intOrString('Number or name of the container port.'),
  host: optional(text("Host to ask; the pod's address when absent.")),
});
export type TCPSocketAction = Static<typeof TCPSocketAction>;

export const SleepAction = struct(`${CORE}.SleepAction`, 'Waits.', {
  seconds: long('How long, in seconds.', { minimum: 0 }),
});
export type SleepAction = Static<typeof SleepAction>;

export const Probe = struct(
  `${CORE}.Probe`,
  'A question that the node asks a container again and again. Exactly one of exec, httpGet and tcpSocket is set.',
  {
    exec: optional(described('Asks by a command in the container.', ExecAction)),
    httpGet: optional(described('Asks by an HTTP GET.', HTTPGetAction)),
    tcpSocket: optional(described('Asks by opening a TCP connection.', TCPSocketAction)),
    initialDelaySeconds: optional(
      integer('Seconds from the start of the container to the first try.', { minimum: 0 }),
    ),
    timeoutSeconds: optional(
      integer('Seconds after which a try counts as failed.', { minimum: 1, default: 1 }),
    ),
    periodSeconds: optional(integer('Seconds between two tries.', { minimum: 1, default: 10 })),
    successThreshold: optional(
      integer('Successes in a row that make a failed probe succeed; 1 for liveness and startup.', {
        minimum: 1,
        default: 1,
      }),
    ),
    failureThreshold: optional(
      integer('Failures in a row that make the probe fail.', { minimum: 1, default: 3 }),
    ),
    terminationGracePeriodSeconds: optional(
      long("Grace of the container when this probe has failed, instead of the pod's.", { minimum: 1 }),
    ),
  },
  notYet({ grpc: 'Use an exec or tcpSocket probe instead.' }),
);
export type Probe = Static<typeof Probe>;

export const LifecycleHandler = struct(
  `${CORE}.LifecycleHandler`,
  'What to do at a point of the life of a container. Exactly one of exec, httpGet, tcpSocket and sleep is set.',
  {
    exec: optional(described('Runs a command in the container.', ExecAction)),
    httpGet: optional(described('Sends an HTTP GET.', HTTPGetAction)),
    tcpSocket: optional(described('Opens a TCP connection.', TCPSocketAction)),
    sleep: optional(described('Waits.', SleepAction)),
  },
);
export type LifecycleHandler = Static<typeof LifecycleHandler>;

export const Lifecycle = struct(
  `${CORE}.Lifecycle`,
  'What runs right after a container started and before it is stopped.',
  {
    postStart: optional(
      described('Runs right after the start; when it fails, the container is killed.', LifecycleHandler),
    ),
    preStop: optional(
      described('Runs before the container is told to stop; its time counts as grace.', LifecycleHandler),
    ),
  },
  notYet({ stopSignal: 'Set the stop signal in the image instead.' }),
);
export type Lifecycle = Static<typeof Lifecycle>;
