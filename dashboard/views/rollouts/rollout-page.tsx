// One rollout: where it stands and why, its steps, traffic, versions, analyses and flags, and what can be done.
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { Experiment } from '@gantry/api/kinds/experiment';
import type { Pod } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { remaining } from '@gantry/api/rollout/forecast/forecast';
import { isOwnedBy, versionsOf, type Picture } from '@gantry/api/rollout/picture';
import { standingOf } from '@gantry/api/rollout/standing';
import { strategyText } from '@gantry/api/rollout/traffic-text';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useList, useObject } from '../../live/use-live.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card, Empty } from '../../parts/card.tsx';
import { View } from '../../parts/view.tsx';
import { usePage } from '../../shell/page.ts';
import { AnalysisPanel } from './analysis-panel.tsx';
import { FlagsPanel } from './flags-panel.tsx';
import { RolloutActions } from './rollout-actions.tsx';
import { phaseTone, sentenceOf } from './rollout-words.ts';
import { StepStrip } from './step-strip.tsx';
import { TrafficPanel } from './traffic-panel.tsx';
import { VersionsPanel } from './versions-panel.tsx';

const CRUMB = { href: '/dashboard/rollouts', text: 'Rollouts' };

/** The page of one rollout. */
export function RolloutPage({ namespace, name }: { namespace: string; name: string }): JSX.Element {
  const { object, missing, problem } = useObject<Rollout>('rollouts', namespace, name);
  const picture = usePicture(namespace, object);
  if (picture === undefined)
    return (
      <View title={name} crumb={CRUMB}>
        <Empty>{problem ?? (missing ? `There is no rollout ${name} in ${namespace}.` : 'Loading …')}</Empty>
      </View>
    );
  const { rollout } = picture;
  const { phase, message } = standingOf(rollout);
  return (
    <View
      title={name}
      crumb={CRUMB}
      lead={
        <>
          <Badge tone={phaseTone(phase)}>{phase}</Badge> {sentenceOf(message, rollout.status?.reasons)}
          <div class="quiet">{strategyText(rollout)}</div>
        </>
      }
      actions={<RolloutActions picture={picture} />}
    >
      <StepStrip rollout={rollout} />
      <WhyCard picture={picture} />
      <TrafficPanel rollout={rollout} />
      <div class="grid">
        <VersionsPanel picture={picture} />
        <FlagsPanel rollout={rollout} />
      </div>
      <AnalysisPanel runs={picture.runs.filter((run) => isOwnedBy(run, rollout))} />
    </View>
  );
}

/** The rollout with the objects of its namespace among which its own are. */
function usePicture(namespace: string, rollout: Rollout | undefined): Picture | undefined {
  const { nowMs } = usePage();
  const replicaSets = useList<ReplicaSet>('replicasets', { namespace });
  const pods = useList<Pod>('pods', { namespace });
  const runs = useList<AnalysisRun>('analysisruns', { namespace });
  const experiments = useList<Experiment>('experiments', { namespace });
  // The time is that of the last change: a picture a second would draw the whole page each time.
  return useMemo(
    () =>
      rollout === undefined
        ? undefined
        : {
            ...{ rollout, replicaSets: replicaSets.items, pods: pods.items },
            ...{ runs: runs.items, experiments: experiments.items },
            nowMs: nowMs.peek(),
          },
    [rollout, replicaSets.items, pods.items, runs.items, experiments.items, nowMs],
  );
}

function WhyCard({ picture }: { picture: Picture }): JSX.Element | null {
  const { rollout } = picture;
  const { isUpdating, isSeen } = standingOf(rollout);
  const reasons = isSeen ? (rollout.status?.reasons ?? []) : [];
  const next = remaining(rollout, versionsOf(picture));
  if (reasons.length === 0 && !isUpdating) return null;
  return (
    <Card title={isUpdating ? 'Why it is here, and what comes next' : 'Why'}>
      <ul class="plain-list">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      {next.length === 0 ? null : (
        <details open={next.length <= 6}>
          <summary>What is left of the update</summary>
          <ol>
            {next.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ol>
        </details>
      )}
    </Card>
  );
}
