// The rules of labels and annotations that a version has for its part: they may not say which pods are whose.
import type { Issue } from '../../issue.ts';
import { forbiddenField, tooLong } from '../../issues.ts';
import type { PodMetadata } from '../../rollout/added-metadata.ts';
import { ADDED_METADATA, HASH_LABEL } from '../../rollout/marks.ts';
import { templateMetadataIssues } from '../check-metadata.ts';
import type { RolloutSpec } from '../rollout.ts';

/** Labels, and annotations, of one part. */
const NAMES_MAX = 64;
/** What the cluster itself writes on pods, and believes. */
const RESERVED = 'gantry.dev/';
const HASH_LABELS = [HASH_LABEL, 'pod-template-hash'];

/** Issues of the metadata of all parts. */
export function partMetadataIssues(spec: RolloutSpec): Issue[] {
  const { canary, blueGreen } = spec.strategy;
  const parts: [string, PodMetadata | undefined][] = [
    ['canary.canaryMetadata', canary?.canaryMetadata],
    ['canary.stableMetadata', canary?.stableMetadata],
    ['blueGreen.activeMetadata', blueGreen?.activeMetadata],
    ['blueGreen.previewMetadata', blueGreen?.previewMetadata],
  ];
  const noted = spec.template?.metadata?.annotations?.[ADDED_METADATA];
  return [
    ...parts.flatMap(([name, part]) =>
      part === undefined ? [] : partIssues(part, spec, `spec.strategy.${name}`),
    ),
    ...(noted === undefined
      ? []
      : [
          forbiddenField(
            `spec.template.metadata.annotations[${ADDED_METADATA}]`,
            'is written by the controller',
          ),
        ]),
  ];
}

function partIssues(
  { labels = {}, annotations = {} }: PodMetadata,
  spec: RolloutSpec,
  path: string,
): Issue[] {
  const { selector, template } = spec;
  const selecting = new Set([
    ...Object.keys(selector?.matchLabels ?? {}),
    ...(selector?.matchExpressions ?? []).map(({ key }) => key),
    ...HASH_LABELS,
  ]);
  return [
    ...templateMetadataIssues({ labels, annotations }, path),
    ...mapIssues(labels, `${path}.labels`, template?.metadata?.labels, selecting),
    ...mapIssues(annotations, `${path}.annotations`, template?.metadata?.annotations, new Set()),
  ];
}

function mapIssues(
  map: Readonly<Record<string, string>>,
  path: string,
  written: Readonly<Record<string, string>> = {},
  selecting: ReadonlySet<string>,
): Issue[] {
  const names = Object.keys(map);
  if (names.length > NAMES_MAX) return [tooLong(path, `must have at most ${NAMES_MAX} items`)];
  return names.flatMap((name) => {
    const at = `${path}[${name}]`;
    if (selecting.has(name)) return [forbiddenField(at, 'pods are told apart by it')];
    if (name.startsWith(RESERVED))
      return [forbiddenField(at, `names that begin with ${RESERVED} are the cluster's`)];
    return name in written ? [forbiddenField(at, 'spec.template has it already')] : [];
  });
}
