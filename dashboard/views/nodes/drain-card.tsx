// Emptying a node: first what would go, what stays and what is in the way; then how far it is.
import { planDrain, type DrainAllowances, type DrainPlan } from '@gantry/api/drain-plan';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ActionButton } from '../../parts/action-button.tsx';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { Toggle } from '../../parts/toggle.tsx';
import { objectHref } from '../../shell/route.ts';
import { drainLines, isDone, type DrainedPod, type DrainLine } from './drain-progress.ts';
import { useDrain } from './use-drain.ts';

interface DrainCardProps {
  node: Node;
  /** On the node, live. */
  pods: readonly Pod[];
  synced: boolean;
  onClose: () => void;
}

/** Names that a list shows. */
const SHOWN_MAX = 50;

/** The card. */
export function DrainCard({ node, pods, synced, onClose }: DrainCardProps): JSX.Element {
  const drain = useDrain(node);
  const [allowed, setAllowed] = useState<DrainAllowances>({ ignoreDaemonsets: true });
  const plan = planDrain(pods, allowed);
  const { name = '' } = node.metadata;
  const close = (
    <button type="button" class="button plain small" onClick={onClose}>
      Close
    </button>
  );
  if (drain.pods !== undefined)
    return (
      <Card title={`Draining ${name}`} actions={close}>
        <Progress pods={drain.pods} here={pods} />
      </Card>
    );
  return (
    <Card title={`Drain ${name}`} actions={close}>
      <p>
        The node is closed for new pods. Then its pods are evicted: each gets its grace to end, and is made
        anew elsewhere.
      </p>
      <Allowances pods={pods} allowed={allowed} onChange={setAllowed} />
      <Plan plan={plan} />
      <ActionButton
        label={`Drain ${plan.leaving.length} pods`}
        tone="danger"
        question={`Drain ${name}?`}
        allowed
        disabled={!synced || plan.obstacles.length > 0}
        {...(plan.obstacles.length > 0 ? { title: 'Decide about the pods that are in the way first' } : {})}
        confirm={() => <Plan plan={plan} />}
        run={() => drain.begin(plan.leaving)}
        done={`All pods that leave ${name} have been asked to`}
      />
    </Card>
  );
}

const QUESTIONS: readonly (readonly [keyof DrainAllowances, string])[] = [
  ['force', 'Delete pods for good that no controller makes anew'],
  ['deleteEmptydirData', 'Lose the data that pods keep in empty folders'],
];

/** Asks only about what there is on the node. */
function Allowances({ pods, allowed, onChange }: AllowancesProps): JSX.Element {
  const { obstacles } = planDrain(pods, { ignoreDaemonsets: true });
  const both = planDrain(pods, { ignoreDaemonsets: true, force: true }).obstacles;
  const asked = new Set([...obstacles, ...both].map(({ needs }) => needs));
  return (
    <div class="allowances">
      {QUESTIONS.filter(([needs]) => asked.has(needs)).map(([needs, label]) => (
        <Toggle
          key={needs}
          label={label}
          on={allowed[needs] === true}
          onChange={(on) => onChange({ ...allowed, [needs]: on })}
        />
      ))}
    </div>
  );
}

interface AllowancesProps {
  pods: readonly Pod[];
  allowed: DrainAllowances;
  onChange: (allowed: DrainAllowances) => void;
}

const OBSTACLES: Readonly<Record<keyof DrainAllowances, string>> = {
  ignoreDaemonsets: 'is of a DaemonSet',
  force: 'no controller makes it anew',
  deleteEmptydirData: 'keeps data in an empty folder',
};

function Plan({ plan: { leaving, staying, obstacles } }: { plan: DrainPlan }): JSX.Element {
  return (
    <>
      <PodNames
        title="In the way"
        pods={obstacles.map(({ pod, needs }) => ({ pod, note: OBSTACLES[needs] }))}
      />
      <PodNames title="Will go" pods={leaving.map((pod) => ({ pod, note: '' }))} />
      <PodNames
        title="Stay: DaemonSets run one pod on each node"
        pods={staying.map((pod) => ({ pod, note: '' }))}
      />
    </>
  );
}

function PodNames({
  title,
  pods,
}: {
  title: string;
  pods: readonly { pod: Pod; note: string }[];
}): JSX.Element | null {
  if (pods.length === 0) return null;
  return (
    <div class="pod-names">
      <h3>
        {title} <span class="quiet">{pods.length}</span>
      </h3>
      <ul>
        {pods.slice(0, SHOWN_MAX).map(({ pod: { metadata }, note }) => (
          <li key={metadata.uid}>
            {metadata.namespace}/{metadata.name} <span class="quiet">{note}</span>
          </li>
        ))}
      </ul>
      {pods.length > SHOWN_MAX ? <p class="quiet">and {pods.length - SHOWN_MAX} more</p> : null}
    </div>
  );
}

const TONES: Readonly<Record<DrainLine['word'], Tone>> = {
  Refused: 'bad',
  Stopping: 'busy',
  Waits: 'quiet',
  Gone: 'good',
};

function Progress({ pods, here }: { pods: readonly DrainedPod[]; here: readonly Pod[] }): JSX.Element {
  const lines = drainLines(pods, new Set(here.map(({ metadata }) => metadata.uid ?? '')));
  const gone = lines.filter(({ word }) => word === 'Gone').length;
  const refused = lines.filter(({ word }) => word === 'Refused').length;
  return (
    <>
      <p role="status">
        <strong>
          {gone} of {lines.length} pods have gone.
        </strong>{' '}
        {refused > 0 ? `${refused} were refused and stay.` : isDone(lines) ? 'The node is drained.' : ''}
      </p>
      <ul class="drain">
        {lines.slice(0, SHOWN_MAX).map(({ pod: { uid, namespace, name }, word, why }) => (
          <li key={uid}>
            <Badge tone={TONES[word]}>{word}</Badge>
            <span>
              {word === 'Gone' ? name : <a href={objectHref('pods', namespace, name)}>{name}</a>} {why}
            </span>
          </li>
        ))}
      </ul>
      {lines.length > SHOWN_MAX ? <p class="quiet">and {lines.length - SHOWN_MAX} more</p> : null}
    </>
  );
}
