// One node: whether it is well, what it has, its pods, and how it is closed and emptied.
import type { Node } from '@gantry/api/kinds/node';
import { nodeStatusText } from '@gantry/api/kinds/node-columns';
import type { Pod } from '@gantry/api/kinds/pod';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useList } from '../../live/use-live.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { ConditionsTable } from '../../parts/conditions-table.tsx';
import { EventsOf } from '../../parts/events-of.tsx';
import { LabelsCard } from '../../parts/labels.tsx';
import { crumbOf, ObjectPlace } from '../../parts/object-place.tsx';
import { PodsTable } from '../../parts/pods-table.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { useFocusBack } from '../../parts/use-focus-back.ts';
import { View } from '../../parts/view.tsx';
import { Why } from '../../parts/why.tsx';
import { YamlTab } from '../../parts/yaml-tab.tsx';
import { DrainCard } from './drain-card.tsx';
import { NodeActions } from './node-actions.tsx';
import { NodeFacts, NodeImages, NodeUsage } from './node-facts.tsx';
import { nodeTone } from './node-rows.ts';

const CRUMB = crumbOf('nodes', 'Nodes');

/** The page. */
export function NodePage({ name }: { name: string }): JSX.Element {
  return (
    <ObjectPlace<Node> word="nodes" namespace={undefined} name={name} crumb={CRUMB}>
      {(node) => <NodeView node={node} />}
    </ObjectPlace>
  );
}

function NodeView({ node }: { node: Node }): JSX.Element {
  const { name = '' } = node.metadata;
  const pods = useList<Pod>('pods', { fieldSelector: `spec.nodeName=${name}` });
  const [draining, setDraining] = useState(false);
  const drainButton = useFocusBack(draining);
  return (
    <View
      title={name}
      crumb={CRUMB}
      lead={
        <>
          <Badge tone={nodeTone(node)}>{nodeStatusText(node)}</Badge> node
        </>
      }
      actions={
        <NodeActions node={node} draining={draining} button={drainButton} onDrain={() => setDraining(true)} />
      }
    >
      {draining ? (
        <DrainCard node={node} pods={pods.items} synced={pods.synced} onClose={() => setDraining(false)} />
      ) : null}
      <Tabs
        label={`Node ${name}`}
        tabs={[
          { id: 'about', label: 'Node', content: () => <About node={node} pods={pods} /> },
          { id: 'images', label: 'Images', content: () => <NodeImages node={node} /> },
          { id: 'yaml', label: 'YAML', content: () => <YamlTab word="nodes" name={name} /> },
        ]}
      />
    </View>
  );
}

function About({ node, pods }: { node: Node; pods: ReturnType<typeof useList<Pod>> }): JSX.Element {
  const { name = '' } = node.metadata;
  return (
    <>
      <Why kind="Node" object={node} />
      <div class="grid">
        <NodeFacts node={node} />
        <NodeUsage node={node} pods={pods.items} />
      </div>
      <ConditionsTable conditions={node.status?.conditions} />
      <Card title="Pods on it" flush>
        <PodsTable
          pods={pods.items}
          synced={pods.synced}
          problem={pods.problem}
          leaveOut={['node']}
          maxRows={12}
          empty="No pods run here."
        />
      </Card>
      <EventsOf kind="Node" name={name} />
      <LabelsCard metadata={node.metadata} />
    </>
  );
}
