// A Rollout as a tree: its versions, their ReplicaSets, pods, Experiments and AnalysisRuns. Pure.
import { formatAge } from '@gantry/api/duration';
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { Pod } from '@gantry/api/kinds/pod';
import { podStatusWord, readyText, restartsText } from '@gantry/api/kinds/pod/pod-columns';
import { podTrouble } from '@gantry/api/kinds/pod/pod-trouble';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { ObjectMeta } from '@gantry/api/meta';
import { RUN_TYPE } from '@gantry/api/rollout/marks';
import { alignColumns } from '../../print/aligned.ts';
import { versionsOf, versionText, type Picture, type Trial, type Version } from '@gantry/api/rollout/picture';
import { standingOf } from '@gantry/api/rollout/standing';

/** One line: the name, then the other columns. */
interface Branch {
  cells: readonly [name: string, ...rest: string[]];
  branches: readonly Branch[];
}

const VERSIONS_MAX = 10;
const PODS_MAX = 20;
const RUNS_MAX = 5;
const EXPERIMENTS_MAX = 3;
const MEASUREMENTS_MAX = 3;
const VALUE_CHARS_MAX = 24;

/** What the rows are made for. */
interface Shown {
  nowMs: number;
  /** Stands above the tree: an end that it tells of is not told again. */
  said: string;
}

/** Aligned lines with a head. */
export function treeText(picture: Picture): string {
  const { rollout, nowMs } = picture;
  const said = [standingOf(rollout).message, ...(rollout.status?.reasons ?? [])].join('; ');
  const at = { nowMs, said };
  const versions = versionsOf(picture);
  const root: Branch = {
    cells: [rollout.metadata.name ?? '', 'Rollout', standingOf(rollout).phase, ageText(rollout, nowMs)],
    branches: shown(versions, VERSIONS_MAX, (version) => versionBranch(version, at)),
  };
  const rows = lines(root, '', '');
  return alignColumns([['NAME', 'KIND', 'STATUS', 'AGE', 'INFO'], ...rows]);
}

function versionBranch(version: Version, at: Shown): Branch {
  const { nowMs } = at;
  const { replicaSet, pods, runs, experiments, keepsUntil } = version;
  const info =
    keepsUntil === undefined || isGone(replicaSet, pods) ? '' : `keeps its pods until ${keepsUntil}`;
  return {
    cells: [versionText(version)],
    branches: [
      setBranch(replicaSet, pods, info, nowMs),
      ...shown(experiments.toReversed(), EXPERIMENTS_MAX, (trial) => trialBranch(trial, at)),
      ...shown(runs.toReversed(), RUNS_MAX, (run) => runBranch(run, at)),
    ],
  };
}

function setBranch(replicaSet: ReplicaSet, pods: readonly Pod[], info: string, nowMs: number): Branch {
  const ready = replicaSet.status?.readyReplicas ?? 0;
  const status = isGone(replicaSet, pods) ? 'ScaledDown' : `${ready}/${replicaSet.spec.replicas ?? 1} ready`;
  return {
    cells: [replicaSet.metadata.name ?? '', 'ReplicaSet', status, ageText(replicaSet, nowMs), info],
    branches: shown(pods, PODS_MAX, (pod) => podBranch(pod, nowMs)),
  };
}

function isGone({ spec }: ReplicaSet, pods: readonly Pod[]): boolean {
  return spec.replicas === 0 && pods.length === 0;
}

function trialBranch({ experiment, sides, runs }: Trial, at: Shown): Branch {
  const { nowMs } = at;
  const { phase = 'Pending', message = '' } = experiment.status ?? {};
  const info = unsaid(message, at);
  const within = { ...at, said: `${at.said} ${info}` };
  return {
    cells: [experiment.metadata.name ?? '', 'Experiment', phase, ageText(experiment, nowMs), info],
    branches: [
      ...sides.map(({ name, replicaSet, pods }) => setBranch(replicaSet, pods, `template ${name}`, nowMs)),
      ...shown(runs, RUNS_MAX, (run) => runBranch(run, within)),
    ],
  };
}

function podBranch(pod: Pod, nowMs: number): Branch {
  const node = pod.spec.nodeName ?? 'no node yet';
  const trouble = podTrouble(pod);
  const counts = `ready ${readyText(pod)}, restarts ${restartsText(pod, nowMs)}, ${node}`;
  const info = trouble === undefined ? counts : `${counts}: ${trouble}`;
  return {
    cells: [pod.metadata.name ?? '', 'Pod', podStatusWord(pod), ageText(pod, nowMs), info],
    branches: [],
  };
}

function unsaid(message: string, { said }: Shown): string {
  return said.includes(message) ? '' : message;
}

function runBranch(run: AnalysisRun, at: Shown): Branch {
  const { phase = 'Pending', message = '' } = run.status ?? {};
  const type = run.metadata.labels?.[RUN_TYPE] ?? '';
  const info = [type, metricsText(run), unsaid(message, at)].filter((text) => text !== '').join('; ');
  return {
    cells: [run.metadata.name ?? '', 'AnalysisRun', phase, ageText(run, at.nowMs), info],
    branches: [],
  };
}

/** `success-rate 0.99, 0.97 (4 of 5 good)`. */
export function metricsText({ status }: AnalysisRun): string {
  return (status?.metricResults ?? [])
    .map(({ name, measurements = [], successful = 0, count = 0, dryRun = false }) => {
      const values = measurements
        .slice(-MEASUREMENTS_MAX)
        .map(({ value, phase }) => shortened(value ?? phase));
      return `${name} ${values.join(', ')} (${successful} of ${count} good${dryRun ? ', dry run' : ''})`.replace(
        '  ',
        ' ',
      );
    })
    .join(', ');
}

function shortened(value: string): string {
  return value.length <= VALUE_CHARS_MAX ? value : `${value.slice(0, VALUE_CHARS_MAX)}…`;
}

function shown<T>(items: readonly T[], max: number, branchOf: (item: T) => Branch): Branch[] {
  const more = items.length - max;
  const branches = items.slice(0, max).map(branchOf);
  return more > 0 ? [...branches, { cells: [`… ${more} more`], branches: [] }] : branches;
}

function lines({ cells: [name, ...rest], branches }: Branch, head: string, below: string): string[][] {
  const last = branches.length - 1;
  return [
    [`${head}${name}`, ...rest],
    ...branches.flatMap((branch, at) =>
      lines(branch, `${below}${at === last ? '└─ ' : '├─ '}`, `${below}${at === last ? '   ' : '│  '}`),
    ),
  ];
}

function ageText({ metadata }: { metadata: ObjectMeta }, nowMs: number): string {
  const { creationTimestamp } = metadata;
  return creationTimestamp === undefined || creationTimestamp === null
    ? ''
    : formatAge(nowMs - Date.parse(creationTimestamp));
}
