// What users do, as data.
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';

/** A workload as users write it down: small, since what matters is what becomes of it. */
export interface Workload {
  kind: 'Deployment' | 'DaemonSet' | 'Job' | 'CronJob' | 'Pod' | 'ReplicaSet';
  name: string;
  /** Deployment and ReplicaSet: replicas. Job: completions. */
  count: number;
  /** Job: at once. Deployment: maxSurge. */
  parallel: number;
  /** Deployment and DaemonSet: maxUnavailable. */
  maxUnavailable: number;
  /** Names the version of the template. */
  version: number;
  cpuMilli: number;
  /** Others make room for its pods. */
  isCritical?: boolean;
  graceSeconds: number;
  /** How its containers behave; see the annotations of hollow pods. */
  behaviour: Readonly<Record<string, string>>;
  /** Job: retries of failed pods. */
  backoffLimit: number;
}

/** What a new Service holds: an address, a node port too, an address by name, none. */
export type ServiceForm = 'plain' | 'node' | 'static' | 'headless';

/** Whether traffic is split between two Services, pods are counted, or one version replaces the other at once. */
export type RolloutForm = 'canary' | 'counted' | 'blue-green' | 'switch';

/** A Rollout as users write it down, with its Services and flags. */
export interface RolloutDraft extends Pick<
  Workload,
  'name' | 'count' | 'version' | 'cpuMilli' | 'graceSeconds' | 'behaviour'
> {
  form: RolloutForm;
  /** Of a canary. Flags are `go` and `page` of its FeatureFlag. */
  steps: readonly CanaryStep[];
  /** Greatest share before it is promoted; users stay on their side. */
  maxPercent?: number;
  /** Seconds that a version without traffic keeps its pods. */
  delaySeconds: number;
  /** Blue and green: without being asked. */
  isAutomatic: boolean;
  /** Its flag `stop` takes all traffic back. */
  hasKillSwitch: boolean;
  /** What the names of its flags begin with: of two flags of one name only one counts. */
  flagPrefix?: string;
  /** Canary: the stable version gives up pods as it loses traffic. */
  dynamicStableScale?: true;
  /** Canary: beta users alone may reach the new version. */
  hasAudience?: true;
  /** Rollouts that come first. */
  dependsOn?: readonly string[];
  /** A failed analysis holds. */
  isHeldOnFailure?: true;
  /** What its AnalysisTemplate asks; without one no step names it. */
  checks?: readonly ('web' | 'gantry')[];
  /** Canary: analysed beside its steps from that one on. Blue and green: before, and after, the take-over. */
  analysedFrom?: number;
}

/** What people do to an update under way. */
export type Steering = 'abort' | 'retry' | 'promote' | 'promote-full' | 'undo' | 'pause' | 'resume';

/** What all actions say. */
interface By {
  atMs: number;
  user: string;
}

/** One action. */
export type UserAction = By &
  (
    | { type: 'create'; workload: Workload }
    | { type: 'scale'; kind: 'Deployment' | 'ReplicaSet'; name: string; replicas: number }
    | { type: 'update'; kind: 'Deployment' | 'DaemonSet'; name: string; version: number }
    | { type: 'pause-rollout'; name: string; paused: boolean }
    | { type: 'undo'; name: string }
    | {
        type: 'delete';
        kind: Workload['kind'];
        name: string;
        propagation: 'Background' | 'Foreground' | 'Orphan';
      }
    /** Some pod, drawn when it happens; 0 seconds of grace removes it from the API at once. */
    | { type: 'delete-pod'; draw: number; force: boolean }
    | { type: 'create-service'; name: string; selects: string; form: ServiceForm }
    | { type: 'retype-service'; name: string; isNodePort: boolean }
    | { type: 'delete-service'; name: string }
    | { type: 'create-rollout'; rollout: RolloutDraft }
    | { type: 'release'; name: string; version: number }
    /** A version that behaves well, promoted fully whatever becomes of the others. */
    | { type: 'fix-forward'; name: string; version: number }
    | { type: 'scale-rollout'; name: string; replicas: number }
    | { type: 'steer'; name: string; how: Steering }
    | { type: 'flip-flag'; name: string; flag: string; on: boolean }
    | { type: 'delete-rollout'; name: string }
    | { type: 'cordon'; node: string; on: boolean }
    /** Cordons, and evicts the node's pods. */
    | { type: 'drain'; node: string }
  );

/** The action in words. */
export function describeAction(action: UserAction): string {
  const { type, atMs: _, user: __, ...rest } = action;
  return `${type} ${Object.values(rest)
    .map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)))
    .join(' ')}`;
}
