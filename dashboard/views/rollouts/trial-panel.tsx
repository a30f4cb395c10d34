// Experiments of a version: both sides of each, and what was measured.
import { podStatusWord } from '@gantry/api/kinds/pod/pod-columns';
import type { Trial } from '@gantry/api/rollout/picture';
import type { JSX } from 'preact';
import { Badge } from '../../parts/badge.tsx';
import { objectHref } from '../../shell/route.ts';
import { AnalysisTable } from './analysis-panel.tsx';
import { phaseTone } from './rollout-words.ts';

/** Nothing where a version has none. */
export function Trials({ trials }: { trials: readonly Trial[] }): JSX.Element {
  return (
    <>
      {trials.map(({ experiment, sides, runs }) => (
        <section
          key={experiment.metadata.uid}
          class="trial"
          aria-label={`Experiment ${experiment.metadata.name}`}
        >
          <h4>
            Experiment {experiment.metadata.name}{' '}
            <Badge tone={phaseTone(experiment.status?.phase)}>{experiment.status?.phase ?? 'Pending'}</Badge>{' '}
            <span class="quiet">{experiment.status?.message ?? ''}</span>
          </h4>
          <ul class="plain-list">
            {sides.map(({ name, replicaSet, pods }) => (
              <li key={name}>
                <strong>{name}</strong>{' '}
                <span class="quiet">
                  {replicaSet.status?.readyReplicas ?? 0}/{replicaSet.spec.replicas ?? 1} ready
                </span>{' '}
                {pods.map((pod) => (
                  <a
                    key={pod.metadata.uid}
                    href={objectHref('pods', pod.metadata.namespace, pod.metadata.name ?? '')}
                  >
                    {pod.metadata.name} ({podStatusWord(pod)}){' '}
                  </a>
                ))}
              </li>
            ))}
          </ul>
          {runs.length === 0 ? null : <AnalysisTable runs={runs} />}
        </section>
      ))}
    </>
  );
}
