// Nodes, and how much of them is spoken for and used.
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { formatBytes } from '@gantry/api/quantity';
import type { JSX } from 'preact';
import { cpuText } from '../../parts/amount-text.ts';
import { Card, Figure } from '../../parts/card.tsx';
import { Meter } from '../../parts/meter.tsx';
import { isReady } from '../../parts/pod-words.ts';
import { allocatableOf, requestedBy } from './capacity.ts';

/** The card. */
export function CapacityCard({ nodes, pods }: { nodes: readonly Node[]; pods: readonly Pod[] }): JSX.Element {
  const whole = allocatableOf(nodes);
  const part = requestedBy(pods, nodes);
  const ready = nodes.filter(isReady).length;
  return (
    <Card title="Nodes and capacity" actions={<a href="/dashboard/nodes">All nodes</a>}>
      <div class="figures">
        <Figure
          label="Nodes ready"
          value={`${ready}/${nodes.length}`}
          tone={ready < nodes.length ? 'bad' : ''}
        />
        <Figure label="Pods" value={part.pods} note={`of ${whole.pods}`} />
      </div>
      <div class="meters">
        <Meter
          label="CPU requested"
          part={part.cpuMilli}
          whole={whole.cpuMilli}
          text={`CPU requested: ${cpuText(part.cpuMilli)} of ${cpuText(whole.cpuMilli)} cores`}
        />
        <Meter
          label="Memory requested"
          part={part.memoryBytes}
          whole={whole.memoryBytes}
          text={`Memory requested: ${sizeText(part.memoryBytes)} of ${sizeText(whole.memoryBytes)}`}
        />
      </div>
    </Card>
  );
}

const UNIT_BYTES = 1024 ** 3;

/** Gibibytes with one digit: what people compare. */
function sizeText(bytes: number): string {
  return bytes < UNIT_BYTES / 10 ? formatBytes(bytes) : `${(bytes / UNIT_BYTES).toFixed(1)} GiB`;
}
