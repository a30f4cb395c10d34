// One pod: what it is, its containers, log, terminal and events.
import type { Pod } from '@gantry/api/kinds/pod';
import type { JSX } from 'preact';
import { Badge } from '../../parts/badge.tsx';
import { ConditionsTable } from '../../parts/conditions-table.tsx';
import { DeleteButton } from '../../parts/delete-button.tsx';
import { EventsOf } from '../../parts/events-of.tsx';
import { LabelsCard } from '../../parts/labels.tsx';
import { crumbOf, ObjectPlace } from '../../parts/object-place.tsx';
import { hasEnded, podStatus, podTone } from '../../parts/pod-words.ts';
import { Tabs, type Tab } from '../../parts/tabs.tsx';
import { View } from '../../parts/view.tsx';
import { Why } from '../../parts/why.tsx';
import { YamlTab } from '../../parts/yaml-tab.tsx';
import { usePage } from '../../shell/page.ts';
import { ContainerCards } from './containers-card.tsx';
import { LogView } from './logs/log-view.tsx';
import { PodFacts, PodUsage, PodVolumes } from './pod-facts.tsx';
import { TerminalView } from './terminal/terminal-view.tsx';

const CRUMB = crumbOf('pods', 'Pods');

/** The page. */
export function PodPage({ namespace, name }: { namespace: string | undefined; name: string }): JSX.Element {
  return (
    <ObjectPlace<Pod> word="pods" namespace={namespace} name={name} crumb={CRUMB}>
      {(pod) => <PodView pod={pod} />}
    </ObjectPlace>
  );
}

function PodView({ pod }: { pod: Pod }): JSX.Element {
  const { access } = usePage();
  const { namespace = '', name = '' } = pod.metadata;
  const mayLog = access.may('get', { group: '', resource: 'pods/log' }, namespace, name);
  const mayExec = access.may('create', { group: '', resource: 'pods/exec' }, namespace, name);
  const tabs: Tab[] = [
    { id: 'about', label: 'Pod', content: () => <About pod={pod} /> },
    ...(mayLog ? [{ id: 'log', label: 'Log', content: () => <LogView pod={pod} /> }] : []),
    ...(mayExec ? [{ id: 'terminal', label: 'Terminal', content: () => <TerminalView pod={pod} /> }] : []),
    { id: 'yaml', label: 'YAML', content: () => <YamlTab word="pods" namespace={namespace} name={name} /> },
  ];
  return (
    <View
      title={name}
      crumb={CRUMB}
      lead={
        <>
          <Badge tone={podTone(pod)}>{podStatus(pod)}</Badge> pod in {namespace}
        </>
      }
      actions={<DeleteButton word="pods" object={pod} consequence={<Consequence pod={pod} />} />}
    >
      <Tabs label={`Pod ${name}`} tabs={tabs} />
    </View>
  );
}

function About({ pod }: { pod: Pod }): JSX.Element {
  const { namespace = '', name = '', uid } = pod.metadata;
  return (
    <>
      <Why kind="Pod" object={pod} />
      <div class="grid">
        <PodFacts pod={pod} />
        <PodUsage pod={pod} />
      </div>
      <ContainerCards pod={pod} />
      <div class="grid">
        <ConditionsTable conditions={pod.status?.conditions} />
        <PodVolumes pod={pod} />
      </div>
      <EventsOf namespace={namespace} kind="Pod" name={name} uid={uid} />
      <LabelsCard metadata={pod.metadata} />
    </>
  );
}

function Consequence({ pod }: { pod: Pod }): JSX.Element {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  const graceSeconds = pod.spec.terminationGracePeriodSeconds ?? 30;
  return (
    <>
      <p>
        {hasEnded(pod)
          ? 'The pod has ended; its log goes with it.'
          : `Its containers are told to stop and get ${graceSeconds} s to do so; then they are killed. Its log goes with it.`}
      </p>
      <p>
        {owner === undefined
          ? 'Nobody makes it anew: it is gone for good.'
          : `${owner.kind} ${owner.name} makes another in its place if it still wants one.`}
      </p>
    </>
  );
}
