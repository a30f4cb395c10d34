// Containers with their state, last state, resources, probes, environment and mounts; volumes. Pure.
import type {
  Container,
  ContainerState,
  ContainerStatus,
  EnvVar,
  PodSpec,
  Volume,
} from '@gantry/api/kinds/pod';
import { handlerText, probeText } from '@gantry/api/kinds/pod/probe-text';
import { volumeText } from '@gantry/api/kinds/pod/volume-text';
import { timeText } from './describer.ts';
import { mapLines, NONE, type Content, type Field } from './layout.ts';

/** Init containers and containers; with their states where `statuses` are given. */
export function containerFields(
  spec: PodSpec,
  statuses?: { init: readonly ContainerStatus[]; app: readonly ContainerStatus[] },
): Field[] {
  const section = (
    containers: readonly Container[],
    states: readonly ContainerStatus[] | undefined,
  ): Content => ({
    fields: containers.map((container) => [
      container.name,
      {
        fields: containerFacts(
          container,
          states,
          states?.find(({ name }) => name === container.name),
        ),
      },
    ]),
  });
  const init = spec.initContainers ?? [];
  return [
    ['Init Containers', init.length === 0 ? undefined : section(init, statuses?.init)],
    ['Containers', section(spec.containers, statuses?.app)],
  ];
}

function containerFacts(container: Container, states: unknown, status: ContainerStatus | undefined): Field[] {
  const { ports = [], resources, envFrom = [], env = [], volumeMounts = [], lifecycle } = container;
  const hostPorts = ports.filter(({ hostPort }) => hostPort !== undefined && hostPort !== 0);
  return [
    ['Container ID', status?.containerID],
    ['Image', container.image],
    ['Image ID', status?.imageID === '' ? undefined : status?.imageID],
    [
      'Ports',
      listText(
        ports.map(
          ({ containerPort, protocol = 'TCP', name }) =>
            `${containerPort}/${protocol}${name === undefined ? '' : ` (${name})`}`,
        ),
      ),
    ],
    [
      'Host Ports',
      listText(
        hostPorts.map(
          ({ hostIP, hostPort, protocol = 'TCP' }) =>
            `${hostIP === undefined ? '' : `${hostIP}:`}${hostPort}/${protocol}`,
        ),
      ),
    ],
    ['Command', container.command === undefined ? undefined : [...container.command]],
    ['Args', container.args === undefined ? undefined : [...container.args]],
    ...(states === undefined ? [] : stateFields(status)),
    ['Limits', emptyless(mapLines(resources?.limits, ': '))],
    ['Requests', emptyless(mapLines(resources?.requests, ': '))],
    ['Startup', probeText(container.startupProbe)],
    ['Liveness', probeText(container.livenessProbe)],
    ['Readiness', probeText(container.readinessProbe)],
    ['After Start', handlerText(lifecycle?.postStart)],
    ['Before Stop', handlerText(lifecycle?.preStop)],
    [
      'Environment From',
      emptyless(
        envFrom.map(
          ({ configMapRef, secretRef, prefix }) =>
            `${configMapRef === undefined ? `Secret ${secretRef?.name}` : `ConfigMap ${configMapRef.name}`}${prefix === undefined ? '' : ` with prefix ${prefix}`}`,
        ),
      ),
    ],
    [
      'Environment',
      env.length === 0 ? NONE : { fields: env.map((variable) => [variable.name, envText(variable)]) },
    ],
    [
      'Mounts',
      volumeMounts.map(
        ({ mountPath, name, readOnly, subPath }) =>
          `${mountPath} from ${name} (${readOnly === true ? 'ro' : 'rw'}${subPath === undefined ? '' : `, path ${subPath}`})`,
      ),
    ],
  ];
}

function stateFields(status: ContainerStatus | undefined): Field[] {
  if (status === undefined) return [['State', 'Waiting: the node has not reported yet']];
  return [
    ...oneState('State', status.state),
    ...(Object.keys(status.lastState ?? {}).length === 0 ? [] : oneState('Last State', status.lastState)),
    ['Ready', status.ready ? 'True' : 'False'],
    ['Restart Count', String(status.restartCount)],
  ];
}

function oneState(label: string, state: ContainerState | undefined): Field[] {
  if (state?.running !== undefined) return [[label, `Running since ${timeText(state.running.startedAt)}`]];
  if (state?.terminated !== undefined) {
    const { exitCode, signal, reason, message, startedAt, finishedAt } = state.terminated;
    const lines = [
      `Terminated${reason === undefined ? '' : `: ${reason}`}, exit code ${exitCode}${signal === undefined || signal === 0 ? '' : `, signal ${signal}`}`,
      ...(message === undefined || message === '' ? [] : message.trimEnd().split('\n')),
      `from ${timeText(startedAt)} to ${timeText(finishedAt)}`,
    ];
    return [[label, lines]];
  }
  const { reason, message } = state?.waiting ?? {};
  return [
    [
      label,
      [`Waiting${reason === undefined ? '' : `: ${reason}`}`, ...(message === undefined ? [] : [message])],
    ],
  ];
}

function envText({ value, valueFrom }: EnvVar): string {
  if (valueFrom === undefined) return value ?? '';
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef !== undefined) return `<field ${fieldRef.fieldPath} of the pod>`;
  if (resourceFieldRef !== undefined) return `<${resourceFieldRef.resource} of the container>`;
  const [kind, ref] =
    configMapKeyRef === undefined ? ['Secret', secretKeyRef] : ['ConfigMap', configMapKeyRef];
  return `<key ${ref?.key} of ${kind} ${ref?.name}>${ref?.optional === true ? ' (optional)' : ''}`;
}

/** Volumes and what they hold. */
export function volumesField(volumes: readonly Volume[] | undefined): Field {
  if (volumes === undefined || volumes.length === 0) return ['Volumes', NONE];
  return ['Volumes', { fields: volumes.map((volume) => [volume.name, volumeText(volume)]) }];
}

const listText = (items: readonly string[]): string | undefined =>
  items.length === 0 ? undefined : items.join(', ');
const emptyless = (lines: string[]): string[] | undefined => (lines.length === 0 ? undefined : lines);
