// Which revision a pod belongs to, by its name: EndpointSlices tell names and no labels. Pure.
import { NO_REVISION } from '@gantry/api/service-traffic';

/**
 * `<deployment>-<pod-template-hash>-<5 characters>`, the last two of the letters and digits that chance makes
 * names of; a hash has 7 here, up to 10 in Kubernetes. A pod of a StatefulSet, of a bare ReplicaSet or of nobody has no such name.
 */
const OF_A_DEPLOYMENT = /-([bcdfghjklmnpqrstvwxz2456789]{7,10})-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

/** The pod-template-hash; {@link NO_REVISION} when the name tells none. */
export function revisionOfPod(name: string): string {
  return OF_A_DEPLOYMENT.exec(name)?.[1] ?? NO_REVISION;
}
