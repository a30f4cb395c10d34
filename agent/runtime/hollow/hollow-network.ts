// The network of a hollow host: addresses of pods in a fixed order, and answers of what listens on them.
import { sleep } from '@gantry/kit/clock';
import { OperationalError } from '@gantry/kit/operational-error';
import type { Answer } from '../../probes/answer.ts';
import { hostText } from '../../probes/host-text.ts';
import type { Machine } from '../../machine/machine.ts';
import type { SandboxSpec } from '../runtime.ts';
import { answerTo } from './answer.ts';
import type { HollowContainer, HollowSandbox } from './hollow-container.ts';
import type { HollowState } from './hollow-state.ts';

export interface HollowNetwork extends Pick<Machine, 'askHttp' | 'askTcp'> {
  /** The next free address; empty on the host's network. @throws OperationalError `container-start-failed`. */
  addressFor(spec: SandboxSpec): string;
  /** @throws OperationalError `port-taken`. */
  checkPorts(spec: SandboxSpec): void;
}

export interface NetworkOptions {
  /** The first three numbers of pods' addresses. */
  podSubnet: string;
  /** Of the host itself. */
  hostAddress: string;
}

const FIRST_ADDRESS = 2;
const LAST_ADDRESS = 254;

export function createHollowNetwork(state: HollowState, options: NetworkOptions): HollowNetwork {
  let next = FIRST_ADDRESS;
  return {
    addressFor({ hostNetwork }) {
      if (hostNetwork) return '';
      const taken = new Set([...state.sandboxes.values()].map(({ ip }) => ip));
      for (let tries = FIRST_ADDRESS; tries <= LAST_ADDRESS; tries += 1) {
        const address = `${options.podSubnet}.${String(next)}`;
        next = next === LAST_ADDRESS ? FIRST_ADDRESS : next + 1;
        if (!taken.has(address)) return address;
      }
      throw new OperationalError('container-start-failed', 'the hollow host has no address left for a pod');
    },
    checkPorts: (spec) => checkPorts(state, spec),
    askHttp: (url, _headers, signal) => askHttp(state, options, url, signal),
    askTcp: (host, port, signal) => askTcp(state, options, host, port, signal),
  };
}

/** Sandboxes that have ended hold their ports no more. */
function checkPorts(state: HollowState, spec: SandboxSpec): void {
  const isAll = (ip: string): boolean => ip === '' || ip === '0.0.0.0';
  for (const other of state.sandboxes.values()) {
    for (const { hostPort, hostIp = '', protocol } of other.status === 'exited' ? [] : other.spec.ports) {
      const clash = spec.ports.find((port) => {
        const { hostIp: ip = '' } = port;
        const isSame = port.hostPort === hostPort && port.protocol === protocol;
        return isSame && (ip === hostIp || isAll(ip) || isAll(hostIp));
      });
      if (clash === undefined) continue;
      throw new OperationalError('port-taken', `port ${String(clash.hostPort)} is already allocated`);
    }
  }
}

async function askHttp(
  state: HollowState,
  options: NetworkOptions,
  url: string,
  signal: AbortSignal,
): Promise<Answer> {
  const { hostname, port, protocol, pathname, search } = new URL(url);
  const portNumber = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  const host = hostname.replace(/^\[|\]$/g, '');
  const fail = (words: string): Answer => ({ result: 'failure', message: `Get "${url}": ${words}` });
  const found = whoListens(state, options, host, portNumber);
  if (found === undefined) return fail(`connect ECONNREFUSED ${hostText(host)}:${String(portNumber)}`);
  const listener = found.sandbox.listeners.get(portNumber);
  if (listener !== undefined) {
    const { status, body } = listener.answer({ path: `${pathname}${search}` });
    return verdict(status, body);
  }
  const answer = answerTo(found.container.behaviour.answers, url, runningMs(state, found.container));
  const isInTime = await waited(state, answer.tookMs, signal);
  if (!isInTime) return fail('context deadline exceeded: no answer in time');
  return verdict(answer.isGood ? 200 : 503, answer.output);
}

function verdict(status: number, body: string): Answer {
  if (status >= 200 && status < 400) return { result: 'success', message: body };
  return { result: 'failure', message: `HTTP probe failed with statuscode: ${String(status)}` };
}

async function askTcp(
  state: HollowState,
  options: NetworkOptions,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<Answer> {
  const fail = (words: string): Answer => ({
    result: 'failure',
    message: `dial tcp ${hostText(host)}:${String(port)}: ${words}`,
  });
  const found = whoListens(state, options, host, port);
  if (found === undefined) return fail('connect: connection refused');
  if (found.sandbox.listeners.has(port)) return { result: 'success', message: '' };
  const question = `tcp:${String(port)}`;
  const answer = answerTo(found.container.behaviour.answers, question, runningMs(state, found.container));
  if (!(await waited(state, answer.tookMs, signal))) return fail('i/o timeout');
  return answer.isGood ? { result: 'success', message: '' } : fail('connect: connection refused');
}

/** A program that listens comes first, then a container that says that it has the port, then one that has any. */
function whoListens(
  { sandboxes, containers }: HollowState,
  { hostAddress }: NetworkOptions,
  host: string,
  port: number,
): { sandbox: HollowSandbox; container: HollowContainer } | undefined {
  const isHost = host === hostAddress || host === '127.0.0.1' || host === 'localhost';
  const here = [...sandboxes.values()].filter(
    ({ status, ip, spec }) => status === 'running' && (isHost ? spec.hostNetwork : ip === host),
  );
  for (const sandbox of here) {
    const running = [...containers.values()].filter(
      ({ status, spec }) => status === 'running' && spec.sandboxId === sandbox.id,
    );
    const listener = running.find(({ id }) => id === sandbox.listeners.get(port)?.containerId);
    const named = running.find(({ behaviour }) => behaviour.ports?.includes(port));
    const container = listener ?? named ?? running.find(({ behaviour }) => behaviour.ports === undefined);
    if (container !== undefined) return { sandbox, container };
  }
  return undefined;
}

function runningMs({ clock }: HollowState, { startedAtMs }: HollowContainer): number {
  return clock.nowMs() - (startedAtMs ?? 0);
}

/** @returns whether the time was over before the signal was aborted. */
async function waited({ clock }: HollowState, ms: number, signal: AbortSignal): Promise<boolean> {
  return ms <= 0
    ? !signal.aborted
    : sleep(clock, ms, signal).then(
        () => true,
        () => false,
      );
}
