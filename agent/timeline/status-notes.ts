// What a change of a pod's status says has happened to its containers: ends, and verdicts of probes that have become
// others. What is told in Events anyway (created, started, stopped, pulled) is not told here. Pure.
import type { ContainerStatus, Pod, PodStatus } from '@gantry/api/kinds/pod';
import type { NodeNote } from './node-timeline.ts';

/** What happened between two statuses, in the order of the containers. */
export function statusNotes(pod: Pod, before: PodStatus, after: PodStatus): NodeNote[] {
  if (before === after) return [];
  const known = new Map(statusesOf(before).map((status) => [status.name, status]));
  const containers = new Map(
    [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((each) => [each.name, each]),
  );
  return statusesOf(after).flatMap((status) => {
    const { name } = status;
    const { readinessProbe, startupProbe } = containers.get(name) ?? {};
    const old = known.get(name);
    return [
      ...endNote(old, status),
      ...(startupProbe === undefined ? [] : startedNote(old, status)),
      ...(readinessProbe === undefined ? [] : readyNote(old, status)),
    ];
  });
}

function statusesOf({ initContainerStatuses = [], containerStatuses = [] }: PodStatus): ContainerStatus[] {
  return [...initContainerStatuses, ...containerStatuses];
}

function endNote(old: ContainerStatus | undefined, status: ContainerStatus): NodeNote[] {
  const end = endOf(status);
  const before = old === undefined ? undefined : endOf(old);
  if (end === undefined) return [];
  if (end.containerID === before?.containerID && end.finishedAt === before?.finishedAt) return [];
  const { exitCode, reason = exitCode === 0 ? 'Completed' : 'Error', signal } = end;
  const by = signal === undefined ? '' : `, by signal ${signal}`;
  const what = `container ${status.name} ended with exit code ${exitCode}${by} (${reason})`;
  const severity = exitCode === 0 ? 'Normal' : 'Warning';
  return [{ type: 'container', severity, container: status.name, reason, what, exitCode }];
}

/** The last end that the status knows of. */
function endOf({ state, lastState }: ContainerStatus) {
  return state?.terminated ?? lastState?.terminated;
}

function startedNote(old: ContainerStatus | undefined, status: ContainerStatus): NodeNote[] {
  if (status.started !== true || (old?.started === true && isSameRun(old, status))) return [];
  return [probeNote(status.name, 'Normal', 'StartupSucceeded', 'has started up: its startup probe succeeded')];
}

function readyNote(old: ContainerStatus | undefined, status: ContainerStatus): NodeNote[] {
  const isSame = old !== undefined && isSameRun(old, status);
  if (status.state?.running === undefined || status.ready === (isSame && old.ready)) return [];
  if (status.ready) {
    return [probeNote(status.name, 'Normal', 'ReadinessSucceeded', 'is ready: its readiness probe succeeded')];
  }
  return [probeNote(status.name, 'Warning', 'ReadinessFailed', 'is not ready: its readiness probe failed')];
}

const isSameRun = (a: ContainerStatus, b: ContainerStatus): boolean => a.containerID === b.containerID;

function probeNote(
  container: string,
  severity: NodeNote['severity'],
  reason: string,
  what: string,
): NodeNote {
  return { type: 'probe', severity, container, reason, what: `container ${container} ${what}` };
}
