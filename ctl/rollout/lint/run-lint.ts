// `gantry rollout lint`: checks Rollouts, analyses, Experiments and flags in files, without a cluster.
import type { Issue } from '@gantry/api/issue';
import { featureFlagKind, type FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { AnalysisTemplate } from '@gantry/api/kinds/analysis-template';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import type { Service } from '@gantry/api/kinds/service';
import type { AnyObject } from '@gantry/api/meta';
import { admitShape } from '@gantry/api/validate';
import { CliError, EXIT, type CommandContext } from '../../command.ts';
import { readManifests, type Manifest } from '../../manifests/read-manifests.ts';
import { finding, findingText, type Finding } from './finding.ts';
import { flagFindings } from './flag-findings.ts';
import { neighbourFindings, type Neighbours } from './neighbour-findings.ts';
import { stepAdvice } from './step-advice.ts';

const LINTED = new Set([
  ...['Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun', 'Experiment'],
  'FeatureFlag',
]);

/** Prints all findings; ends with 1 when there are errors. @throws CliError when there is nothing to check. */
export async function runLint(
  context: CommandContext,
  flags: { filename: readonly string[]; recursive?: boolean },
): Promise<void> {
  const { io } = context;
  const options = { recursive: flags.recursive ?? false };
  const { manifests, faults } = await readManifests(context, flags.filename, options);
  for (const fault of faults) io.err(`${fault}\n`);
  const linted = manifests.filter(({ definition }) => LINTED.has(definition.kind));
  if (linted.length === 0 && faults.length === 0)
    throw new CliError(`There is nothing to check in ${flags.filename.join(', ')}.`, {
      exitCode: EXIT.invalid,
      nextStep: `It checks ${[...LINTED].join(', ')}.`,
    });
  const found = linted.flatMap((manifest) =>
    findingsOf(manifest, neighboursOf(manifests)).map((one) => ({ ...one, place: manifest.place })),
  );
  for (const one of found) io.out(findingText(one.place, one));
  const count = (level: Finding['level']): number => found.filter((one) => one.level === level).length;
  const errors = count('error') + faults.length;
  const parts = [
    counted(errors, 'error'),
    counted(count('warning'), 'warning'),
    counted(count('advice'), 'piece', ' of advice'),
  ];
  io.out(`${counted(linted.length, 'object')}: ${parts.join(', ')}\n`);
  if (errors > 0) context.endWith(EXIT.failed);
}

const counted = (count: number, noun: string, of = ''): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}${of}`;

function findingsOf({ definition, object }: Manifest, neighbours: Neighbours): Finding[] {
  const { object: admitted, issues, unknown } = admitShape(definition, object);
  const shape = [
    ...issues.map(ofIssue),
    ...unknown.map(({ path, message }) => finding('error', path, message)),
  ];
  // The rules read fields of the right types only.
  if (issues.length > 0) return shape;
  const checked = (definition.check?.(admitted) ?? []).map(ofIssue);
  const warned = (definition.warningsOf?.(admitted) ?? []).map((sentence) =>
    finding('warning', '', sentence),
  );
  if (definition.kind !== rolloutKind.kind) return [...shape, ...checked, ...warned];
  const rollout = admitted as unknown as Rollout;
  return [
    ...shape,
    ...checked,
    ...warned,
    ...neighbourFindings(rollout, neighbours),
    ...flagFindings(rollout.spec, neighbours.featureFlags),
    ...stepAdvice(rollout.spec),
  ];
}

function ofIssue({ path, message }: Issue): Finding {
  return finding('error', path, message);
}

function neighboursOf(manifests: readonly Manifest[]): Neighbours {
  const ofKind = (kind: string): AnyObject[] =>
    manifests
      .filter(({ definition, object }) => definition.kind === kind && typeof object['spec'] === 'object')
      .map(({ object }) => object);
  const templates = ofKind('AnalysisTemplate') as unknown as AnalysisTemplate[];
  const clusterWide = ofKind('ClusterAnalysisTemplate') as unknown as AnalysisTemplate[];
  return {
    services: ofKind('Service') as unknown as Service[],
    featureFlags: ofKind('FeatureFlag').filter(isWhole) as unknown as FeatureFlag[],
    findTemplate: ({ templateName, clusterScope }) =>
      (clusterScope === true ? clusterWide : templates).find(
        ({ metadata }) => metadata.name === templateName,
      ),
  };
}

/** What is wrong in itself is told of itself. */
function isWhole(object: AnyObject): boolean {
  return admitShape(featureFlagKind, object).issues.length === 0;
}
