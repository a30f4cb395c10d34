// Rollouts: how they stand, their versions, and the template of their pods. Pure.
import type { Rollout } from '@gantry/api/kinds/rollout';
import { standingFields } from '../rollout/picture/picture-text.ts';
import { versionsOf, type Picture } from '@gantry/api/rollout/picture';
import { templateField } from './describe-pod.ts';
import { conditionsField, deletionFields, describer, identityFields, timeText } from './describer.ts';
import { NONE, type Field } from './layout.ts';

export const rolloutDescriber = describer<Rollout>(
  { replicaSets: true, pods: true },
  (rollout, { replicaSets, pods, nowMs }) => {
    const { spec, status } = rollout;
    const picture: Picture = { rollout, replicaSets, pods, runs: [], experiments: [], nowMs };
    return [
      ...identityFields(rollout),
      ['Created', timeText(rollout.metadata.creationTimestamp)],
      ...deletionFields(rollout),
      ...standingFields(picture),
      ['Paused', spec.paused === true ? 'True: steps and changes of the template wait' : undefined],
      ['Workload', spec.workloadRef === undefined ? undefined : `Deployment ${spec.workloadRef.name}`],
      ['Depends On', spec.dependsOn?.map(({ name }) => name)],
      versionsField(picture),
      ...(spec.template === undefined ? [] : [templateField(spec.template)]),
      conditionsField(status?.conditions),
    ];
  },
);

function versionsField(picture: Picture): Field {
  const rows = versionsOf(picture).map(({ revision, roles, name, replicaSet }) => [
    String(revision),
    roles.join(', ') || NONE,
    name,
    String(replicaSet.spec.replicas ?? 1),
    String(replicaSet.status?.readyReplicas ?? 0),
  ]);
  if (rows.length === 0) return ['Versions', NONE];
  return ['Versions', { rows: [['Revision', 'Role', 'ReplicaSet', 'Desired', 'Ready'], ...rows] }];
}
