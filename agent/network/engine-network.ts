// The pod network in the Docker engine: one bridge network a node, found by its name and labelled as containers are. Thin.
import type Docker from 'dockerode';
import type { PodNetworkNames } from '@gantry/kit/pod-network/names';
import type { Engine } from '../runtime/docker/engine.ts';
import { hasStatus } from '../runtime/docker/engine-error.ts';
import { LABEL } from '../runtime/docker/labels.ts';
import type { EngineNetwork } from './network-state.ts';

const BRIDGE_NAME = 'com.docker.network.bridge.name';

export interface NetworkWish {
  subnet: string;
  gateway: string;
  mtu: number;
}

/** @returns undefined when there is none. */
export async function readEngineNetwork(
  engine: Engine,
  names: PodNetworkNames,
): Promise<EngineNetwork | undefined> {
  try {
    const found: Docker.NetworkInspectInfo = await engine.call('look at the pod network', () =>
      engine.docker.getNetwork(names.network).inspect(),
    );
    const { Subnet: subnet = '', Gateway: gateway = '' } = found.IPAM?.Config?.[0] ?? {};
    return {
      ...{ subnet, gateway },
      bridge: found.Options?.[BRIDGE_NAME] ?? '',
      attached: Object.keys(found.Containers ?? {}).length,
    };
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

export async function createEngineNetwork(
  engine: Engine,
  names: PodNetworkNames,
  scope: string,
  { subnet, gateway, mtu }: NetworkWish,
): Promise<void> {
  const wish: Docker.NetworkCreateOptions = {
    Name: names.network,
    Driver: 'bridge',
    CheckDuplicate: true,
    IPAM: { Driver: 'default', Config: [{ Subnet: subnet, Gateway: gateway }] },
    Options: {
      [BRIDGE_NAME]: names.bridge,
      // Pods are seen with their own addresses; what leaves the cluster is masked by our own rule.
      'com.docker.network.bridge.enable_ip_masquerade': 'false',
      'com.docker.network.driver.mtu': String(mtu),
      // Engines from 27 on drop what comes for a container from outside, before any rule of ours; older ones do not know it.
      'com.docker.network.bridge.gateway_mode_ipv4': 'nat-unprotected',
    },
    Labels: { [LABEL.node]: scope, [LABEL.kind]: 'pod-network' },
  };
  await engine.call('make the pod network', (abortSignal) =>
    engine.docker.createNetwork({ ...wish, abortSignal }),
  );
}

/** No error when there is none. */
export async function removeEngineNetwork(engine: Engine, names: PodNetworkNames): Promise<void> {
  try {
    await engine.call('remove the pod network', () => engine.docker.getNetwork(names.network).remove());
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
}
