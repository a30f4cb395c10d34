// What a pod is and where, and what it uses of what it has asked for.
import type { Pod } from '@gantry/api/kinds/pod';
import { readyText } from '@gantry/api/kinds/pod/pod-columns';
import { podAmounts } from '@gantry/api/kinds/pod/pod-amounts';
import { volumeText } from '@gantry/api/kinds/pod/volume-text';
import type { JSX } from 'preact';
import { podsInUse, usagePath, type UsageFigures } from '../../live/usage.ts';
import { useLatest } from '../../live/use-live.ts';
import { Age } from '../../parts/age.tsx';
import { cpuText, memoryText } from '../../parts/amount-text.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card, Facts } from '../../parts/card.tsx';
import { ownerLink } from '../../parts/owner-link.tsx';
import { Unmeasured } from '../../parts/no-figures.tsx';
import { podStatus, podTone } from '../../parts/pod-words.ts';
import { objectHref } from '../../shell/route.ts';
import { UsageOf } from '../../parts/usage-of.tsx';

/** The facts. */
export function PodFacts({ pod }: { pod: Pod }): JSX.Element {
  const { metadata, spec, status } = pod;
  const node = spec.nodeName;
  return (
    <Card title="The pod">
      <Facts
        rows={[
          [
            'Status',
            <span key="status">
              <Badge tone={podTone(pod)}>{podStatus(pod)}</Badge> {status?.message ?? ''}
            </span>,
          ],
          ['Ready', readyText(pod)],
          ['Managed by', ownerLink(metadata)],
          [
            'Node',
            node === undefined ? (
              'none yet'
            ) : (
              <a key="node" href={objectHref('nodes', undefined, node)}>
                {node}
              </a>
            ),
          ],
          ['Address', status?.podIP],
          ['Restart policy', spec.restartPolicy],
          ['Quality of service', status?.qosClass],
          ['Priority class', spec.priorityClassName],
          ['Grace when deleted', `${spec.terminationGracePeriodSeconds ?? 30} s`],
          ['Created', <Age key="age" since={metadata.creationTimestamp} />],
        ]}
      />
    </Card>
  );
}

/** CPU and memory: used, asked for, and the most that it may use. */
export function PodUsage({ pod }: { pod: Pod }): JSX.Element {
  const { namespace = '', name = '' } = pod.metadata;
  const { figures, problem } = useLatest<UsageFigures>(usagePath(namespace));
  const used = podsInUse(figures).get(`${namespace}/${name}`);
  const requests = podAmounts(pod.spec, 'requests');
  const limits = podAmounts(pod.spec, 'limits');
  return (
    <Card title="CPU and memory">
      <UsageOf
        label="CPU"
        used={used?.cpuMilli}
        requested={requests.cpuMilli}
        whole={limits.cpuMilli}
        wholeWord="limit"
        text={cpuText}
      />
      <UsageOf
        label="Memory"
        used={used?.memoryBytes}
        requested={requests.memoryBytes}
        whole={limits.memoryBytes}
        wholeWord="limit"
        text={memoryText}
      />
      <Unmeasured problem={problem} />
    </Card>
  );
}

/** The volumes, and what they hold. */
export function PodVolumes({ pod }: { pod: Pod }): JSX.Element | null {
  const volumes = pod.spec.volumes ?? [];
  if (volumes.length === 0) return null;
  return (
    <Card title="Volumes">
      <Facts rows={volumes.map((volume) => [volume.name, volumeText(volume)])} />
    </Card>
  );
}
