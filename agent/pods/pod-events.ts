// Addresses an Event to a pod or one of its containers. Pure.
import type { Pod } from '@gantry/api/kinds/pod';
import type { Involved } from './event-recorder.ts';

/** The pod, or the container of it that is named. */
export function involvedPod(pod: Pod, container?: string): Involved {
  const { name = '', namespace = '', uid = '', resourceVersion } = pod.metadata;
  const isInit = pod.spec.initContainers?.some((one) => one.name === container) === true;
  const list = isInit ? 'initContainers' : 'containers';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    name,
    namespace,
    uid,
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(container === undefined ? {} : { fieldPath: `spec.${list}{${container}}` }),
  };
}
