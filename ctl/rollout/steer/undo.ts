// `gantry rollout undo`: the template of an older revision becomes the present one again. Pure.
import { HASH_LABEL } from '@gantry/api/rollout/marks';
import { writtenTemplate } from '@gantry/api/rollout/written-template';
import type { Picture } from '../picture/picture.ts';
import { standingOf } from '../picture/standing.ts';
import { revisionToUndo } from './history.ts';
import type { TemplateChange } from './template-change.ts';

/** What to write. @throws CliError when there is no such revision. */
export function undoing(picture: Picture, wanted: number | undefined): TemplateChange {
  const { rollout } = picture;
  const { revision, replicaSet, images, roles } = revisionToUndo(picture, wanted);
  const { isSeen } = standingOf(rollout);
  if (isSeen && replicaSet.metadata.labels?.[HASH_LABEL] === rollout.status?.currentPodHash)
    return { type: 'nothing', why: `is at revision ${revision} already` };
  const how = roles.includes('stable')
    ? 'the stable version, to which it goes back without steps'
    : 'it goes through the steps like any new version';
  return {
    type: 'change',
    operations: [{ op: 'replace', path: '/spec/template', value: writtenTemplate(replicaSet) }],
    done: `rolled back to revision ${revision} (${images.join(', ')}): ${how}`,
  };
}
