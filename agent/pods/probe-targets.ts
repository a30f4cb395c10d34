// Which containers are to be probed, and where. Pure.
import type { Pod, PodStatus } from '@gantry/api/kinds/pod';
import type { ProberTarget } from '../probes/prober.ts';
import { containerIdText } from './container-exit.ts';
import type { PodRuntime } from './runtime-view.ts';

/** The running app containers of the pod. */
export function probeTargets(
  pod: Pod,
  status: PodStatus,
  runtime: PodRuntime,
  hostIp: string,
): ProberTarget[] {
  const sandboxIp = runtime.sandboxes.find((sandbox) => sandbox.running)?.ip ?? '';
  return pod.spec.containers.flatMap((container): ProberTarget[] => {
    const running = runtime.containers.find((one) => one.name === container.name && one.status === 'running');
    if (running === undefined) return [];
    const ports = (container.ports ?? []).flatMap(({ name, containerPort }): [string, number][] =>
      name === undefined ? [] : [[name, containerPort]],
    );
    const told = status.containerStatuses?.find((one) => one.containerID === containerIdText(running.id));
    return [
      {
        container,
        containerId: running.id,
        podIp: sandboxIp === '' ? hostIp : sandboxIp,
        ports: Object.fromEntries(ports),
        startedAtMs: running.startedAtMs ?? running.createdAtMs,
        ...(told === undefined ? {} : { told: { started: told.started === true, ready: told.ready } }),
      },
    ];
  });
}
