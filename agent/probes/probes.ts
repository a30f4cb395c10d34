// The probers of all containers of one pod: one for each container that runs and has probes, none for any other.
import type { Container } from '@gantry/api/kinds/pod';
import type { ProbeState } from '../pods/observed.ts';
import type { Answer } from './answer.ts';
import { startProber, type Prober, type ProberDeps, type ProberTarget } from './prober.ts';
import type { ProbeKind } from './probe-verdict.ts';

export interface PodProbes {
  /** Starts and stops probers so that exactly these containers are asked. */
  watch(targets: readonly ProberTarget[]): void;
  /** By container ID. */
  states(): ReadonlyMap<string, ProbeState>;
  stop(): void;
}

export interface PodProbesListener {
  onChange(): void;
  onFailure(container: string, kind: ProbeKind, message: string): void;
  onAnswer?(kind: ProbeKind, result: Answer['result']): void;
}

export function createPodProbes(deps: ProberDeps, listener: PodProbesListener): PodProbes {
  const probers = new Map<string, Prober>();
  const keepOnly = (ids: ReadonlySet<string>): void => {
    for (const [id, prober] of probers) {
      if (ids.has(id)) continue;
      prober.stop();
      probers.delete(id);
    }
  };
  return {
    watch(targets) {
      const asked = targets.filter(({ container }) => hasProbes(container));
      keepOnly(new Set(asked.map((target) => target.containerId)));
      for (const target of asked) {
        if (probers.has(target.containerId)) continue;
        const { name } = target.container;
        const prober = startProber(deps, target, {
          onChange: () => listener.onChange(),
          onFailure: (kind, message) => listener.onFailure(name, kind, message),
          onAnswer: (kind, result) => listener.onAnswer?.(kind, result),
        });
        probers.set(target.containerId, prober);
      }
    },
    states: () => new Map([...probers].map(([id, prober]) => [id, prober.state])),
    stop: () => keepOnly(new Set()),
  };
}

function hasProbes({ startupProbe, livenessProbe, readinessProbe }: Container): boolean {
  return startupProbe !== undefined || livenessProbe !== undefined || readinessProbe !== undefined;
}
