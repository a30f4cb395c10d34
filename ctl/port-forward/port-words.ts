// Which local port leads to which port of the pod, from what the user typed, the pod and the Service. Pure.
import type { Pod } from '@gantry/api/kinds/pod';
import { HEADLESS } from '@gantry/api/kinds/service/service-spec';
import type { Service } from '@gantry/api/kinds/service';
import { CliError, EXIT } from '../command.ts';

/** One way from here to the pod. */
export interface PortPair {
  /** 0: any free one. */
  local: number;
  remote: number;
}

/** `[LOCAL:]REMOTE` as typed; REMOTE may be a name. */
interface PortWord {
  /** Undefined: the same as the remote one. */
  local: number | undefined;
  remote: string;
}

const PORT_MAX = 65_535;

/** @throws CliError that says what is wrong with which word. */
export function portPairs(words: readonly string[], pod: Pod, service?: Service): PortPair[] {
  return words.map((word) => {
    const { local, remote } = readPortWord(word);
    if (service === undefined) {
      const port = numberOf(remote) ?? containerPort(pod, remote);
      return { local: local ?? port, remote: port };
    }
    const port = servicePort(service, remote);
    return { local: local ?? port.port, remote: targetOf(service, port, pod) };
  });
}

/** @throws CliError for what is neither `REMOTE` nor `LOCAL:REMOTE`. */
export function readPortWord(word: string): PortWord {
  const parts = word.split(':');
  const [first = '', second] = parts;
  const [localText, remote] = second === undefined ? [undefined, first] : [first, second];
  const local = localText === undefined ? undefined : localText === '' ? 0 : numberOf(localText, 0);
  const isWrong = localText !== undefined && local === undefined;
  const isNumber = /^\d+$/.test(remote);
  if (parts.length <= 2 && !isWrong && remote !== '' && (!isNumber || numberOf(remote) !== undefined)) {
    return { local, remote };
  }
  throw usage(
    `"${word}" is not [LOCAL:]REMOTE.`,
    `Ports are numbers from 1 to ${PORT_MAX}; REMOTE may be the name of a port. For example: 8080:80, 80, :80, 8080:http`,
  );
}

function numberOf(text: string, min = 1): number | undefined {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  return number >= min && number <= PORT_MAX ? number : undefined;
}

function containerPort(pod: Pod, name: string): number {
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  const port = ports.find((one) => one.name === name);
  const known = ports.flatMap((one) =>
    one.name === undefined ? [] : [`${one.name} (${one.containerPort})`],
  );
  if (port === undefined) {
    throw usage(
      `Pod ${pod.metadata.name ?? ''} has no port named "${name}".`,
      known.length === 0 ? 'It names no port: give the number.' : `It has: ${known.join(', ')}`,
    );
  }
  refuseUdp(port.protocol, name);
  return port.containerPort;
}

type ServicePortOf = NonNullable<Service['spec']['ports']>[number];

function servicePort({ metadata, spec }: Service, wanted: string): ServicePortOf {
  const ports = spec.ports ?? [];
  const number = numberOf(wanted);
  const port = ports.find((one) => (number === undefined ? one.name === wanted : one.port === number));
  if (port === undefined) {
    const known = ports.map((one) => (one.name === undefined ? `${one.port}` : `${one.port} (${one.name})`));
    throw usage(
      `Service ${metadata.name ?? ''} has no port ${wanted}.`,
      known.length === 0 ? 'It has no ports.' : `It has: ${known.join(', ')}`,
    );
  }
  refuseUdp(port.protocol, wanted);
  return port;
}

/** A headless Service is only names: its clients go to the pods themselves, so that a number is the pod's. */
function targetOf({ spec }: Service, { port, targetPort = port }: ServicePortOf, pod: Pod): number {
  if (typeof targetPort === 'string') return numberOf(targetPort) ?? containerPort(pod, targetPort);
  return spec.clusterIP === HEADLESS ? port : targetPort;
}

function refuseUdp(protocol: string | undefined, port: string): void {
  if (protocol === 'UDP') throw usage(`Port ${port} is UDP; only TCP can be forwarded.`);
}

function usage(message: string, nextStep?: string): CliError {
  return new CliError(message, { exitCode: EXIT.usage, ...(nextStep === undefined ? {} : { nextStep }) });
}
