// Reads off a plan why it does what it does, and what the Deployment waits for.
import type { Deployment, DeploymentStatus } from '@gantry/api/kinds/deployment';
import type { ActionFailure } from '../../engine/controller.ts';
import { conditionIn } from './conditions.ts';
import { sum, type Fleet, type Member } from './fleet.ts';
import type { Changes, Step } from './plan.ts';
import { deadlineSeconds } from './progress.ts';
import type { DeploymentReason } from './reasons.ts';

/** The reasons of a plan, the weightiest first. */
export function reasonsFor(
  deployment: Deployment,
  fleet: Fleet,
  step: Step,
  { creating, takenName }: Changes,
  status: DeploymentStatus,
  failure: ActionFailure | undefined,
): DeploymentReason[] {
  const reasons: DeploymentReason[] = [];
  if (failure !== undefined) reasons.push({ type: 'changes-refused', message: failure.message });
  const seconds = deadlineSeconds(deployment);
  const progressing = conditionIn(status.conditions ?? [], 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded' && seconds !== undefined) {
    reasons.push({ type: 'deadline-exceeded', seconds });
  }
  if (deployment.spec.paused === true) reasons.push({ type: 'paused' });
  if (takenName !== undefined) reasons.push({ type: 'name-taken', name: takenName });
  if (creating !== undefined) {
    reasons.push({ type: 'creating-version', name: creating, size: step.create ?? 0 });
  }
  for (const { name, size: from } of fleet.all) {
    const to = step.sizes.get(name) ?? from;
    if (to !== from) reasons.push({ type: 'scaling', name, from, to });
  }
  return [...reasons, ...waitsOf(fleet, step, deployment.spec.paused === true)];
}

/** Old pods beyond what their ReplicaSet is to keep are on their way out; the others serve until they are relieved. */
function waitsOf({ current, old, all }: Fleet, step: Step, paused: boolean): DeploymentReason[] {
  const unsettled = all.filter((member) => member.active !== member.size).map(({ name }) => name);
  const kept = ({ name, size }: Member): number => step.sizes.get(name) ?? size;
  const stopping = sum(old, (member) => Math.max(0, member.unfinished - kept(member)));
  const serving = paused ? 0 : sum(old, kept);
  const { size: total = 0, available = 0 } = current ?? {};
  return [
    ...(unsettled.length > 0 ? [{ type: 'waiting-for-replica-sets' as const, names: unsettled }] : []),
    ...(available < total ? [{ type: 'waiting-for-available' as const, available, total }] : []),
    ...(stopping > 0 ? [{ type: 'waiting-for-old-pods' as const, remaining: stopping }] : []),
    ...(serving > 0 ? [{ type: 'keeping-old-pods' as const, pods: serving }] : []),
  ];
}
