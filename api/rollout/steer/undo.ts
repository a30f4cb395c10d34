// `gantry rollout undo`: the template of an older revision becomes the present one again. Pure.
import type { Rollout } from '../../kinds/rollout.ts';
import { HASH_LABEL } from '../marks.ts';
import { writtenTemplate } from '../written-template.ts';
import type { Version } from '../picture.ts';
import { standingOf } from '../standing.ts';
import type { TemplateChange } from './template-change.ts';

/** What to write to go back to a version. */
export function undoing(rollout: Rollout, version: Version): TemplateChange {
  const { revision, replicaSet, images, roles } = version;
  const { isSeen } = standingOf(rollout);
  if (isSeen && replicaSet.metadata.labels?.[HASH_LABEL] === rollout.status?.currentPodHash)
    return { type: 'nothing', why: `is at revision ${revision} already` };
  const how = roles.includes('stable')
    ? 'the stable version, to which it goes back without steps'
    : `it goes through the steps like any new version${rollout.spec.rollbackWindow === undefined ? '' : ', unless it is within rollbackWindow'}`;
  return {
    type: 'change',
    operations: [{ op: 'replace', path: '/spec/template', value: writtenTemplate(replicaSet) }],
    done: `rolled back to revision ${revision} (${images.join(', ')}): ${how}`,
  };
}
