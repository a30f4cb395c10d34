// Connections from inside other network namespaces. Only a process that lives in a namespace can open a socket there, so
// one is started in it, connects, and hands the open socket itself over: from then on it is a socket of ours like any
// other, and no byte passes through the process. One process a namespace, kept for a while.
import { spawn, type ChildProcess } from 'node:child_process';
import { readlink } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { Clock } from '@gantry/kit/clock';
import { OperationalError } from '@gantry/kit/operational-error';
import { dialFailure } from '../dial-failure.ts';
import { DIAL_TIMEOUT_MS } from './dial-port.ts';

/** Opens connections inside namespaces. */
export interface NamespaceDialer {
  /**
   * Connects to the port on 127.0.0.1, else on ::1, in the network namespace of the process.
   *
   * @throws OperationalError `connection-refused`, `connection-failed`; `namespace-closed` when there is no way in: no
   * rights, no nsenter, another machine.
   */
  dial(pid: number, port: number, signal: AbortSignal): Promise<Socket>;
  close(): void;
}

/** Namespaces at once. A process takes some 40 MB; the one that was used longest ago makes room. */
const PROCESSES_MAX = 16;
/** How long a process waits for the next connection; to start one takes a quarter of a second. */
const IDLE_MS = 30_000;

/** Runs in the namespace. The sockets do not read before they are handed over: nothing is lost on the way. */
const PROGRAM = `
const { connect } = require('node:net');
process.on('disconnect', () => process.exit());
process.on('message', ({ id, port, timeoutMs }) => {
  const attempt = (host, other) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    socket.pause();
    const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), timeoutMs);
    const fail = (error) => {
      clearTimeout(timer);
      if (other && error.code === 'ECONNREFUSED') attempt(other);
      else process.send({ id, errno: other ? error.code : 'ECONNREFUSED', message: error.message }, () => undefined);
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.on('error', () => undefined);
      process.send({ id }, socket, { keepOpen: false }, () => undefined);
    });
  };
  attempt('127.0.0.1', '::1');
});`;

interface Answer {
  id: number;
  errno?: string;
  message?: string;
}

interface Dialing {
  port: number;
  resolve(socket: Socket): void;
  reject(error: Error): void;
}

interface Inhabitant {
  child: ChildProcess;
  dialing: Map<number, Dialing>;
  usedAtMs: number;
  stopIdle: () => void;
}

export function createNamespaceDialer(deps: { clock: Clock }): NamespaceDialer {
  return new Dialer(deps.clock);
}

class Dialer implements NamespaceDialer {
  readonly #clock: Clock;
  /** By the namespace's own name: a process id may be another process by the next call. */
  readonly #inhabitants = new Map<string, Inhabitant>();
  #nextId = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async dial(pid: number, port: number, signal: AbortSignal): Promise<Socket> {
    const name = await readlink(`/proc/${pid}/ns/net`).catch(() => {
      throw closed('its processes are not to be seen from here');
    });
    const inhabitant = this.#inhabitants.get(name) ?? this.#move(name, pid);
    return this.#ask(name, inhabitant, port, signal);
  }

  close(): void {
    for (const name of [...this.#inhabitants.keys()]) this.#leave(name);
  }

  #ask(name: string, inhabitant: Inhabitant, port: number, signal: AbortSignal): Promise<Socket> {
    const id = this.#nextId++;
    inhabitant.stopIdle();
    inhabitant.usedAtMs = this.#clock.nowMs();
    inhabitant.child.channel?.ref();
    const answer = new Promise<Socket>((resolve, reject) => {
      inhabitant.dialing.set(id, { port, resolve, reject });
      const question = { id, port, timeoutMs: DIAL_TIMEOUT_MS };
      inhabitant.child.send(question, (error) => {
        if (error !== null) reject(closed(error.message));
      });
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      if (signal.aborted) reject(signal.reason as Error);
    });
    return answer.finally(() => {
      // A socket that comes after this is nobody's, and is closed.
      inhabitant.dialing.delete(id);
      this.#rest(name, inhabitant);
    });
  }

  #move(name: string, pid: number): Inhabitant {
    if (this.#inhabitants.size >= PROCESSES_MAX) this.#makeRoom();
    const child = spawn('nsenter', [`--net=/proc/${pid}/ns/net`, '--', process.execPath, '-e', PROGRAM], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH: process.env.PATH },
    });
    const inhabitant: Inhabitant = {
      child,
      dialing: new Map(),
      usedAtMs: this.#clock.nowMs(),
      stopIdle: () => undefined,
    };
    const end = (why: string): void => {
      if (this.#inhabitants.get(name) === inhabitant) this.#inhabitants.delete(name);
      inhabitant.stopIdle();
      for (const dialing of inhabitant.dialing.values()) dialing.reject(closed(why));
    };
    child.on('error', (error) => {
      end(error.message);
    });
    child.on('exit', (code) => {
      end(`the process inside has ended (${code})`);
    });
    child.on('message', (message, handle) => {
      receive(inhabitant, message as Answer, handle as Socket | undefined);
    });
    // While it is asked nothing it must not keep a process alive that has nothing else to do.
    child.unref();
    this.#inhabitants.set(name, inhabitant);
    return inhabitant;
  }

  #makeRoom(): void {
    const idle = [...this.#inhabitants].filter(([, { dialing }]) => dialing.size === 0);
    const [oldest] = idle.toSorted(([, a], [, b]) => a.usedAtMs - b.usedAtMs);
    if (oldest === undefined) throw closed(`${PROCESSES_MAX} are being entered right now`);
    this.#leave(oldest[0]);
  }

  #rest(name: string, inhabitant: Inhabitant): void {
    if (inhabitant.dialing.size > 0 || this.#inhabitants.get(name) !== inhabitant) return;
    inhabitant.child.channel?.unref();
    inhabitant.stopIdle = this.#clock.schedule(IDLE_MS, () => {
      this.#leave(name);
    });
  }

  /** Sockets that it has handed over live on. */
  #leave(name: string): void {
    const inhabitant = this.#inhabitants.get(name);
    this.#inhabitants.delete(name);
    inhabitant?.stopIdle();
    if (inhabitant?.child.connected === true) inhabitant.child.disconnect();
  }
}

function receive({ dialing }: Inhabitant, { id, errno, message }: Answer, socket: Socket | undefined): void {
  const waiting = dialing.get(id);
  if (socket === undefined) {
    waiting?.reject(dialFailure(errno, waiting.port, message ?? 'it was reset at once'));
    return;
  }
  socket.allowHalfOpen = true;
  if (waiting === undefined) socket.destroy();
  else waiting.resolve(socket);
}

function closed(why: string): OperationalError {
  return new OperationalError('namespace-closed', `the network of the pod cannot be entered: ${why}`);
}
