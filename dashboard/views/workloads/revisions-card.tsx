// The revisions of a workload that are kept, and going back to one.
import type { ControllerRevision } from '@gantry/api/kinds/controller-revision';
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { PodTemplateSpec } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import { daemonSetRevisions, deploymentRevisions, type Revision } from '@gantry/api/workload-revisions';
import type { JSX } from 'preact';
import { useList } from '../../live/use-live.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Card, Empty } from '../../parts/card.tsx';
import { objectHref } from '../../shell/route.ts';
import { useChange } from './workload-actions.tsx';
import { undoing } from './workload-changes.ts';
import type { WorkloadWord } from './workload-rows.ts';

/** Revisions shown; as many as are kept by default, and some. */
const REVISIONS_SHOWN_MAX = 25;

/** Those of a Deployment. */
export function DeploymentRevisions({ deployment }: { deployment: Deployment }): JSX.Element {
  const { namespace = '' } = deployment.metadata;
  const { items, synced, problem } = useList<ReplicaSet>('replicasets', { namespace });
  const pods = new Map(items.map(({ metadata, status }) => [metadata.name ?? '', status?.replicas ?? 0]));
  return (
    <RevisionsCard
      word="deployments"
      object={deployment}
      revisions={deploymentRevisions(items, deployment)}
      podsOf={({ keptBy }) => pods.get(keptBy)}
      blocked={deployment.spec.paused === true ? 'It is paused: resume it first' : undefined}
      note={problem ?? (synced ? 'None yet.' : 'Loading …')}
    />
  );
}

/** Those of a DaemonSet. */
export function DaemonSetRevisions({ daemonSet }: { daemonSet: DaemonSet }): JSX.Element {
  const { namespace = '' } = daemonSet.metadata;
  const { items, synced, problem } = useList<ControllerRevision>('controllerrevisions', { namespace });
  return (
    <RevisionsCard
      word="daemonsets"
      object={daemonSet}
      revisions={daemonSetRevisions(items, daemonSet)}
      podsOf={() => undefined}
      blocked={undefined}
      note={problem ?? (synced ? 'None yet.' : 'Loading …')}
    />
  );
}

interface RevisionsCardProps {
  word: WorkloadWord;
  object: Deployment | DaemonSet;
  /** Oldest first. */
  revisions: readonly Revision[];
  podsOf: (revision: Revision) => number | undefined;
  /** Why nobody can go back now. */
  blocked: string | undefined;
  /** What to say when there are none. */
  note: string;
}

function RevisionsCard(props: RevisionsCardProps): JSX.Element {
  const { word, object, revisions, podsOf, note } = props;
  const present = revisions.at(-1);
  const rows = revisions.toReversed().slice(0, REVISIONS_SHOWN_MAX);
  return (
    <Card title="Revisions">
      {rows.length === 0 ? <Empty>{note}</Empty> : null}
      <ul class="revisions">
        {rows.map((revision) => (
          <li key={revision.number}>
            <strong>{revision.number}</strong>
            <span class="revision-facts">
              {imagesOf(revision)}
              <span class="quiet">
                {[
                  ...(revision.changeCause === '<none>' ? [] : [revision.changeCause]),
                  ...(podsOf(revision) === undefined ? [] : [`${podsOf(revision)} pods`]),
                ].join(' · ')}
                {word === 'deployments' ? (
                  <>
                    {' '}
                    <a href={objectHref('replicasets', object.metadata.namespace, revision.keptBy)}>
                      {revision.keptBy}
                    </a>
                  </>
                ) : null}
              </span>
            </span>
            {revision === present ? (
              <span class="quiet">present</span>
            ) : (
              <UndoButton {...props} revision={revision} />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function UndoButton({
  word,
  object,
  revision,
  blocked,
}: RevisionsCardProps & { revision: Revision }): JSX.Element {
  const { mayPatch, send } = useChange({ word, object });
  const { name = '' } = object.metadata;
  return (
    <ActionButton
      label="Go back"
      question={`Go back to revision ${revision.number}?`}
      allowed={mayPatch}
      disabled={blocked !== undefined}
      title={blocked ?? `Make ${name} as it was in revision ${revision.number}`}
      confirm={() => (
        <>
          <p>
            The pods of {name} are replaced by those of revision {revision.number}, at the pace of its
            strategy. That becomes the newest revision.
          </p>
          <p>Images: {imagesOf(revision)}</p>
        </>
      )}
      run={() => send(undoing(revision))}
      done={`${name} goes back to revision ${revision.number}`}
    />
  );
}

function imagesOf({ template }: Revision): string {
  const { spec } = (template ?? {}) as Partial<PodTemplateSpec>;
  return (spec?.containers ?? []).map(({ image }) => image).join(', ');
}
