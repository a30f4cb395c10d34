// The page of a workload of any kind: its numbers, what is special about the kind, its pods, events, and YAML.
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import { formatLabelSelector, fromLabelSelectorObject } from '@gantry/api/label-selector';
import type { ComponentChildren, JSX } from 'preact';
import { Badge } from '../../parts/badge.tsx';
import { Card, Figure } from '../../parts/card.tsx';
import { ConditionsTable } from '../../parts/conditions-table.tsx';
import { EventsOf } from '../../parts/events-of.tsx';
import { LabelsCard } from '../../parts/labels.tsx';
import { crumbOf } from '../../parts/object-place.tsx';
import { PodsOf } from '../../parts/pods-of.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { View } from '../../parts/view.tsx';
import { Why } from '../../parts/why.tsx';
import { YamlTab } from '../../parts/yaml-tab.tsx';
import type { PodCounts, Standing, WorkloadWord } from './workload-rows.ts';

/** The list that all of them belong to. */
export const WORKLOADS_CRUMB = crumbOf('workloads', 'Workloads');

interface WorkloadFrameProps {
  word: WorkloadWord;
  kind: string;
  object: Deployment | DaemonSet | ReplicaSet;
  counts: PodCounts;
  standing: Standing;
  actions: ComponentChildren;
  /** What only this kind has, below the numbers. */
  children: ComponentChildren;
}

/** The frame. */
export function WorkloadFrame(props: WorkloadFrameProps): JSX.Element {
  const { word, kind, object, standing, actions } = props;
  const { namespace = '', name = '' } = object.metadata;
  return (
    <View
      title={name}
      crumb={WORKLOADS_CRUMB}
      lead={
        <>
          <Badge tone={standing.tone}>{standing.word}</Badge> {kind} in {namespace}
        </>
      }
      actions={actions}
    >
      <Tabs
        label={`${kind} ${name}`}
        tabs={[
          { id: 'about', label: kind, content: () => <About {...props} /> },
          {
            id: 'yaml',
            label: 'YAML',
            content: () => <YamlTab word={word} namespace={namespace} name={name} />,
          },
        ]}
      />
    </View>
  );
}

function About({ kind, object, counts, children }: WorkloadFrameProps): JSX.Element {
  const { metadata, status } = object;
  const { namespace = '', name = '', uid } = metadata;
  return (
    <>
      <Why kind={kind} object={object} />
      <Numbers counts={counts} />
      {children}
      <PodsOf
        namespace={object.metadata.namespace ?? ''}
        labelSelector={formatLabelSelector(fromLabelSelectorObject(object.spec.selector))}
      />
      <div class="grid">
        {status?.conditions === undefined ? null : <ConditionsTable conditions={status.conditions} />}
        <EventsOf namespace={namespace} kind={kind} name={name} uid={uid} />
      </div>
      <LabelsCard metadata={metadata} />
    </>
  );
}

function Numbers({ counts: { desired, updated, ready, available } }: { counts: PodCounts }): JSX.Element {
  return (
    <Card>
      <div class="figures">
        <Figure label="Pods wanted" value={desired} />
        {updated === undefined ? null : (
          <Figure label="Of the present version" value={updated} tone={updated < desired ? 'warn' : ''} />
        )}
        <Figure label="Ready" value={ready} tone={ready < desired ? 'warn' : ''} />
        <Figure label="Available" value={available} tone={available < desired ? 'bad' : ''} />
      </div>
    </Card>
  );
}

/** Pods by the selector: those of another owner with the same labels would be an oddity worth seeing. */
