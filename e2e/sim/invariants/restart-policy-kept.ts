// A container that is not to be started again is not.
import type { Pod } from '@gantry/api/kinds/pod';
import { kindOf, uidOf } from './object-reading.ts';
import type { ContainerView, Invariant, WorldView, WriteRecord } from './world-view.ts';

interface Rules {
  policy: string;
  /** A container whose image was changed is made anew whatever the policy. */
  hasChanged: boolean;
}

/** Of containers of the app; init containers run again with each sandbox. */
export function createRestartPolicyKept(): Invariant {
  const rules = new Map<string, Rules>();
  /** Attempts that ended well, by pod and container. */
  const done = new Map<string, number>();
  let seen: WorldView['nodes'] | undefined;

  function note({ before, after }: WriteRecord): void {
    if (after?.kind !== 'Pod') return;
    const pod = after as Pod;
    const hasChanged = before !== undefined && imagesOf(before as Pod) !== imagesOf(pod);
    const known = rules.get(uidOf(pod));
    if (known === undefined)
      rules.set(uidOf(pod), { policy: pod.spec.restartPolicy ?? 'Always', hasChanged });
    else known.hasChanged ||= hasChanged;
  }

  function brokenBy(container: ContainerView): string | undefined {
    const { podUid, podNamespace, podName, name, kind, attempt, exitCode, finishedAtMs } = container;
    const rule = rules.get(podUid);
    if (kind !== 'app' || rule === undefined || rule.hasChanged || rule.policy === 'Always') return undefined;
    const id = `${podUid}/${name}`;
    const title = `container ${name} of Pod ${podNamespace}/${podName}`;
    if (rule.policy === 'Never' && attempt > 0)
      return `${title} was started ${attempt + 1} times, but its restartPolicy is Never`;
    const well = done.get(id);
    if (well !== undefined && attempt > well)
      return `${title} was started again after attempt ${well} had ended well, but its restartPolicy is ${rule.policy}`;
    if (!container.running && finishedAtMs !== undefined && exitCode === 0)
      done.set(id, Math.min(well ?? attempt, attempt));
    return undefined;
  }

  return {
    name: 'restart-policy-kept',
    sentence:
      'With restartPolicy Never a container is started once, with OnFailure never again after it ended well.',
    check(view) {
      for (const write of view.writes) note(write);
      if (view.nodes === seen && !view.writes.some((write) => kindOf(write) === 'Pod')) return undefined;
      seen = view.nodes;
      for (const { containers } of view.nodes.values()) {
        for (const container of containers) {
          const broken = brokenBy(container);
          if (broken !== undefined) return broken;
        }
      }
      return undefined;
    },
  };
}

function imagesOf({ spec }: Pod): string {
  return spec.containers.map(({ name, image }) => `${name}=${image}`).join();
}
