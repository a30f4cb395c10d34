// Where a pod keeps its things on the node. One home for these paths. Pure.

/** Everything of the pod. */
export function podFolder(podsFolder: string, uid: string): string {
  return `${podsFolder}/${uid}`;
}

/** The root of a volume. */
export function volumeFolder(podsFolder: string, uid: string, volume: string): string {
  return `${podFolder(podsFolder, uid)}/volumes/${volume}`;
}

/** The file that the pod's containers see as /etc/resolv.conf. */
export function resolvConfFile(podsFolder: string, uid: string): string {
  return `${podFolder(podsFolder, uid)}/resolv.conf`;
}

/** The file that a container attempt sees at its terminationMessagePath. */
export function messageFile(podsFolder: string, uid: string, container: string, attempt: number): string {
  return `${podFolder(podsFolder, uid)}/messages/${container}-${attempt}`;
}
