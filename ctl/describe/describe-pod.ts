// A pod: where it runs, how its containers are, and why it waits. Pure.
import type { Pod, PodSpec, PodTemplateSpec, Toleration } from '@gantry/api/kinds/pod';
import { containerFields, volumesField } from './describe-containers.ts';
import {
  conditionsField,
  controlledBy,
  deletionFields,
  describer,
  identityFields,
  timeText,
} from './describer.ts';
import { mapLines, NONE, type Field } from './layout.ts';

export const podDescriber = describer<Pod>({}, (pod) => {
  const { spec, status } = pod;
  return [
    ...identityFields(pod),
    ['Node', nodeText(pod)],
    ['Start Time', status?.startTime === undefined ? undefined : timeText(status.startTime)],
    ['Priority', String(spec.priority ?? 0)],
    ['Priority Class Name', spec.priorityClassName],
    ['Nominated Node', status?.nominatedNodeName],
    ['Service Account', spec.serviceAccountName],
    ['Status', pod.metadata.deletionTimestamp === undefined ? (status?.phase ?? 'Pending') : 'Terminating'],
    ['Reason', status?.reason],
    ['Message', status?.message],
    ...deletionFields(pod),
    ['IP', status?.podIP ?? NONE],
    controlledBy(pod),
    ...containerFields(spec, {
      init: status?.initContainerStatuses ?? [],
      app: status?.containerStatuses ?? [],
    }),
    conditionsField(status?.conditions),
    volumesField(spec.volumes),
    ['QoS Class', status?.qosClass],
    ...placementFields(spec),
  ];
});

function nodeText({ spec, status }: Pod): string {
  if ((spec.nodeName ?? '') === '') return NONE;
  return status?.hostIP === undefined ? (spec.nodeName ?? '') : `${spec.nodeName}/${status.hostIP}`;
}

function placementFields(spec: PodSpec): Field[] {
  const spread = spec.topologySpreadConstraints ?? [];
  return [
    ['Node Selectors', mapLines(spec.nodeSelector)],
    ['Tolerations', (spec.tolerations ?? []).map(tolerationText)],
    [
      'Topology Spread',
      spread.length === 0
        ? undefined
        : spread.map(
            ({ topologyKey, whenUnsatisfiable, maxSkew }) =>
              `${topologyKey}: ${whenUnsatisfiable} when the skew is over ${maxSkew}`,
          ),
    ],
  ];
}

/** `node.gantry.dev/not-ready:NoExecute op=Exists for 300s`. */
export function tolerationText({ key, operator, value, effect, tolerationSeconds }: Toleration): string {
  const taint = `${key ?? ''}${value === undefined || value === '' ? '' : `=${value}`}`;
  const whole = `${taint}${effect === undefined ? '' : `:${effect}`}${operator === 'Exists' ? ' op=Exists' : ''}`;
  return `${whole.trim()}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`;
}

/** The pod template of a workload. */
export function templateField(template: PodTemplateSpec): Field {
  const { spec, metadata } = template;
  return [
    'Pod Template',
    {
      fields: [
        ['Labels', mapLines(metadata?.labels)],
        [
          'Annotations',
          metadata?.annotations === undefined ? undefined : mapLines(metadata.annotations, ': '),
        ],
        ['Service Account', spec.serviceAccountName],
        ...containerFields(spec),
        volumesField(spec.volumes),
        ...placementFields(spec),
      ],
    },
  ];
}
