// What users do, as data.

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
