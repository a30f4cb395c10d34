// Sandboxes of a hollow engine: made, adopted when they are there already, removed.
import { isDeepStrictEqual } from 'node:util';
import { OperationalError } from '@gantry/kit/operational-error';
import type { SandboxSpec, SandboxState } from '../runtime.ts';
import { sandboxWishes } from './behaviour-annotations.ts';
import { sandboxStateOf, type HollowSandbox } from './hollow-container.ts';
import type { HollowNetwork } from './hollow-network.ts';
import type { HollowState } from './hollow-state.ts';

export interface HollowSandboxes {
  create(node: string, spec: SandboxSpec): Promise<SandboxState>;
  remove(id: string): void;
  /** It dies, and its containers lose their network. */
  kill(id: string): void;
}

export interface SandboxesDeps {
  state: HollowState;
  network: HollowNetwork;
  /** How long making one takes where no pod says so. */
  sandboxMs: () => number;
}

export function createHollowSandboxes(deps: SandboxesDeps): HollowSandboxes {
  const { state } = deps;
  const making = new Map<string, Promise<SandboxState>>();
  const kill = (id: string): void => {
    const sandbox = state.sandboxes.get(id);
    if (sandbox?.status !== 'running') return;
    sandbox.status = 'exited';
    sandbox.listeners.clear();
    state.emit('die', sandbox);
  };
  const remove = (id: string): void => {
    const sandbox = state.sandboxes.get(id);
    if (sandbox === undefined) return;
    kill(id);
    state.sandboxes.delete(id);
    state.emit('destroy', sandbox);
  };
  return {
    kill,
    remove,
    async create(node, spec) {
      const holder = [...state.sandboxes.values()].find(
        (one) => one.node === node && one.spec.pod.uid === spec.pod.uid,
      );
      if (holder !== undefined && isSameWish(holder.spec, spec)) {
        if (holder.status === 'running') return sandboxStateOf(holder);
        const begun = making.get(holder.id);
        if (begun !== undefined) return begun;
      }
      if (holder !== undefined) remove(holder.id);
      const sandbox = newSandbox(deps, node, spec);
      const made = make(deps, sandbox).finally(() => making.delete(sandbox.id));
      making.set(sandbox.id, made);
      return made;
    },
  };
}

/** Neither the pod's name nor its annotations make it another sandbox. */
function isSameWish(a: SandboxSpec, b: SandboxSpec): boolean {
  const wishOf = ({ hostname, hostNetwork, ports, hostAliases, sysctls = {} }: SandboxSpec) => ({
    ...{ hostname, hostNetwork, ports, hostAliases, sysctls },
  });
  return isDeepStrictEqual(wishOf(a), wishOf(b));
}

function newSandbox({ state, network }: SandboxesDeps, node: string, spec: SandboxSpec): HollowSandbox {
  network.checkPorts(spec);
  const sandbox: HollowSandbox = {
    ...{ id: state.newId(), node, spec, status: 'created', ip: network.addressFor(spec) },
    createdAtMs: state.clock.nowMs(),
    listeners: new Map(),
  };
  state.sandboxes.set(sandbox.id, sandbox);
  state.noteChange();
  return sandbox;
}

async function make({ state, sandboxMs }: SandboxesDeps, sandbox: HollowSandbox): Promise<SandboxState> {
  try {
    await state.wait(sandboxWishes(sandbox.spec.annotations).sandboxMs ?? sandboxMs());
  } catch (error) {
    // What a host that went off had begun is still there; what cannot be made leaves nothing.
    if (state.isOn && state.sandboxes.delete(sandbox.id)) state.noteChange();
    throw error;
  }
  if (state.sandboxes.get(sandbox.id) !== sandbox) {
    throw new OperationalError('container-start-failed', 'the sandbox was removed while it was made');
  }
  sandbox.status = 'running';
  state.emit('start', sandbox);
  return sandboxStateOf(sandbox);
}
