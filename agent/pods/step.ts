// What a pod's state machine may ask to be done. A step is plain data and leaves its performer no choices;
// steps with different subjects may run side by side, two with one subject never do.
import type { LifecycleHandler } from '@gantry/api/kinds/pod';
import type { ContainerSpec, SandboxSpec } from '../runtime/runtime.ts';
import type { FileAction } from '../volumes/file-action.ts';
import type { RegistryAuth } from '../volumes/registry-auth.ts';
import type { VolumePlan } from '../volumes/plan-volumes.ts';

/** A `postStart` or `preStop` action. */
export type Hook = LifecycleHandler;

/** What a hook needs to know about the container that it acts on. */
export interface HookTarget {
  containerId: string;
  container: string;
  podIp: string;
  /** Named ports of the container, for http hooks. */
  ports: Readonly<Record<string, number>>;
}

export type ImagePolicy = 'Always' | 'IfNotPresent' | 'Never';

/** Why a running container is stopped; chooses the words of the Killing event. */
export type StopCause =
  | 'pod-ending'
  | 'liveness-failed'
  | 'startup-failed'
  | 'post-start-failed'
  | 'definition-changed'
  | 'sandbox-gone'
  | 'deadline-exceeded'
  | 'superfluous';

export interface StopContainer {
  type: 'stop-container';
  containerId: string;
  container: string;
  cause: StopCause;
  message: string;
  graceSeconds: number;
  preStop?: { hook: Hook; target: HookTarget };
}

export type Step =
  | { type: 'prepare-volumes'; plan: VolumePlan }
  | { type: 'create-sandbox'; spec: SandboxSpec }
  | {
      type: 'ensure-image';
      container: string;
      image: string;
      policy: ImagePolicy;
      auths: readonly RegistryAuth[];
      /** Of the pod. */
      annotations: Readonly<Record<string, string>>;
    }
  | { type: 'start-container'; spec: ContainerSpec; files: readonly FileAction[]; hasPostStart: boolean }
  | { type: 'run-post-start'; container: string; hook: Hook; target: HookTarget }
  | StopContainer
  /** Ends a stop that is under way before its grace is over, because less grace is left now. */
  | { type: 'kill-container'; containerId: string; container: string }
  | { type: 'read-message'; containerId: string; container: string; attempt: number; fromLogs: boolean }
  | { type: 'remove-containers'; containerIds: readonly string[] }
  | { type: 'remove-sandbox'; sandboxId: string }
  /** Everything is stopped: removes what is left of the pod on this node. */
  | { type: 'clean-up'; containerIds: readonly string[]; sandboxIds: readonly string[] }
  /** Reports the last status, then lets the API forget the pod. */
  | { type: 'confirm-deleted' }
  /** Nothing of the pod is left anywhere: the worker ends. */
  | { type: 'forget' }
  | { type: 'nothing' };

/** Names what a step works on. */
export function subjectOf(step: Step): string {
  switch (step.type) {
    case 'prepare-volumes':
      return 'volumes';
    case 'create-sandbox':
    case 'remove-sandbox':
      return 'sandbox';
    case 'ensure-image':
      return `image:${step.container}`;
    case 'start-container':
      return `container:${step.spec.name}`;
    case 'stop-container':
      return `stop:${step.containerId}`;
    case 'run-post-start':
      return `hook:${step.target.containerId}`;
    case 'kill-container':
      return `kill:${step.containerId}`;
    case 'read-message':
      return `message:${step.containerId}`;
    case 'remove-containers':
      return 'remove';
    case 'clean-up':
    case 'confirm-deleted':
    case 'forget':
    case 'nothing':
      return 'pod';
  }
}
