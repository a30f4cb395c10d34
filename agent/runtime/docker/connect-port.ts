// From a sandbox to a connection with one of its ports: from inside its network, else over the pod's address.
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { codeOf, OperationalError } from '@gantry/kit/operational-error';
import { dialPort } from './dial-port.ts';
import type { NamespaceDialer } from './namespace-dialer.ts';
import { infoOf, sandboxState } from './container-state.ts';
import type { Directory } from './directory.ts';

const LOOPBACK = '127.0.0.1';
const NOBODY = { namespace: '', name: '', uid: '' };

/** @throws as {@link Runtime.connectPort}. */
export async function connectPort(
  { directory, dialer }: { directory: Directory; dialer: NamespaceDialer },
  sandboxId: string,
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  const inspected = await directory.inspect(sandboxId);
  const { running, ip } = sandboxState(infoOf(inspected), NOBODY);
  if (!running) throw new OperationalError('not-running', `sandbox ${sandboxId} is not running`);
  if (inspected.HostConfig.NetworkMode === 'host') return dialPort(LOOPBACK, port, signal);
  const { Pid: pid } = inspected.State;
  try {
    if (!(await isHere(pid, inspected.Id))) return await dialPort(ip, port, signal);
    return await dialer.dial(pid, port, signal);
  } catch (error) {
    // Without rights on the pod's network, whatever does not listen on 127.0.0.1 alone is still reached.
    if (codeOf(error) !== 'namespace-closed' || ip === '') throw error;
    return dialPort(ip, port, signal);
  }
}

/** An engine on another machine has processes of the same numbers. */
async function isHere(pid: number, containerId: string): Promise<boolean> {
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
  return groups.includes(containerId);
}
