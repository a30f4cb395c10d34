// What a node is, how full it is, and the images that it has.
import type { Node } from '@gantry/api/kinds/node';
import { nodeRolesText } from '@gantry/api/kinds/node-columns';
import type { Pod } from '@gantry/api/kinds/pod';
import type { JSX } from 'preact';
import { nodesInUse, usagePath, type UsageFigures } from '../../live/usage.ts';
import { useLatest } from '../../live/use-live.ts';
import { Age } from '../../parts/age.tsx';
import { cpuText, memoryText } from '../../parts/amount-text.ts';
import { Card, Facts } from '../../parts/card.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Unmeasured } from '../../parts/no-figures.tsx';
import { UsageOf } from '../../parts/usage-of.tsx';
import { nodeRows } from './node-rows.ts';

/** The facts. */
export function NodeFacts({ node }: { node: Node }): JSX.Element {
  const { metadata, spec, status } = node;
  const info = status?.nodeInfo;
  const taints = (spec.taints ?? []).map(
    ({ key, value = '', effect }) => `${key}${value === '' ? '' : `=${value}`}:${effect}`,
  );
  return (
    <Card title="The machine">
      <Facts
        rows={[
          ['Roles', nodeRolesText(node).replace('<none>', 'none')],
          ...(status?.addresses ?? []).map(({ type, address }) => [type, address] as const),
          ['Pod addresses', spec.podCIDR],
          ['Taints', taints.length === 0 ? 'none' : taints.join(', ')],
          ['Agent', info?.kubeletVersion],
          ['Engine', info?.containerRuntimeVersion],
          ['System', info?.osImage],
          ['Kernel', info?.kernelVersion],
          ['Architecture', info?.architecture],
          ['Joined', <Age key="age" since={metadata.creationTimestamp} />],
        ]}
      />
    </Card>
  );
}

/** How full it is. */
export function NodeUsage({ node, pods }: { node: Node; pods: readonly Pod[] }): JSX.Element | null {
  const { figures, problem } = useLatest<UsageFigures>(usagePath());
  const [row] = nodeRows([node], pods, nodesInUse(figures));
  if (row === undefined) return null;
  const { cpu, memory } = row;
  return (
    <Card title="How full it is">
      <UsageOf
        {...{ label: 'CPU', text: cpuText, wholeWord: 'allocatable' }}
        {...{ used: cpu.used, requested: cpu.requested, whole: cpu.allocatable }}
      />
      <UsageOf
        {...{ label: 'Memory', text: memoryText, wholeWord: 'allocatable' }}
        {...{ used: memory.used, requested: memory.requested, whole: memory.allocatable }}
      />
      <div class="usage">
        <h3>Pods</h3>
        <Meter label="Pods" part={row.pods} whole={row.podsMax} text={`${row.pods} of ${row.podsMax}`} />
      </div>
      <Unmeasured problem={problem} />
    </Card>
  );
}

interface ImageRow {
  name: string;
  bytes: number;
}

const IMAGE_COLUMNS: readonly Column<ImageRow>[] = [
  {
    ...{ head: 'Image', width: 'minmax(0, 4fr)' },
    cell: ({ name }) => <span title={name}>{name}</span>,
    sort: ({ name }) => name,
  },
  {
    ...{ head: 'Size', width: '6rem', align: 'end' },
    cell: ({ bytes }) => memoryText(bytes),
    sort: ({ bytes }) => bytes,
  },
];

/** The images that it has, the largest first. */
export function NodeImages({ node: { status } }: { node: Node }): JSX.Element {
  const rows = (status?.images ?? [])
    .map(({ names = [], sizeBytes = 0 }) => ({
      // A name with a tag says more than one with a digest.
      name: names.find((name) => !name.includes('@')) ?? names[0] ?? 'without name',
      bytes: sizeBytes,
    }))
    .sort((a, b) => b.bytes - a.bytes);
  return (
    <Card flush>
      <DataTable
        label="Images"
        rows={rows}
        columns={IMAGE_COLUMNS}
        keyOf={({ name }) => name}
        empty="It has no images, or has not told of them."
      />
    </Card>
  );
}
