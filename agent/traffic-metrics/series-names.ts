// Whose a server of HAProxy is: its Service by the slot, its revision by the pod behind its address. What has left is
// known a while longer, since its last requests are counted after it is gone from the lists.
import { SERVICE_NAME_LABEL, type EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import { NO_REVISION } from '@gantry/api/service-traffic';
import { RecentMap } from '@gantry/kit/recent-map';
import { revisionOfPod } from './pod-revision.ts';
import type { SeriesName } from './traffic-counters.ts';

/** Endpoints whose revision is known. */
const ENDPOINTS_MAX = 100_000;

export class SeriesNames {
  readonly #revisions = new RecentMap<string>(ENDPOINTS_MAX);
  /** Several where a split has mixed the servers of several. */
  #services = new Map<string, readonly string[]>();

  /** @param assigned slots by `namespace/name[,name]/port`, which a mode (`http:`) may stand before. */
  set(slices: readonly EndpointSlice[], assigned: ReadonlyMap<string, string>): void {
    this.#services = new Map([...assigned].map(([key, slot]) => [slot, servicesOf(key)]));
    for (const { metadata, endpoints } of slices) {
      const service = `${metadata.namespace ?? ''}/${metadata.labels?.[SERVICE_NAME_LABEL] ?? ''}`;
      for (const { addresses, targetRef } of endpoints) {
        const [address] = addresses;
        if (address === undefined) continue;
        const revision = targetRef?.name === undefined ? NO_REVISION : revisionOfPod(targetRef.name);
        this.#revisions.set(`${service} ${address}`, revision);
      }
    }
  }

  of(slot: string, server: string): SeriesName | undefined {
    const address = server.slice(server.indexOf('-') + 1, server.lastIndexOf('-')).replaceAll('_', '.');
    for (const service of this.#services.get(slot) ?? []) {
      const revision = this.#revisions.get(`${service} ${address}`);
      if (revision !== undefined) return { service, revision };
    }
    return undefined;
  }
}

function servicesOf(key: string): string[] {
  const [namespace = '', names = ''] = key.slice(key.indexOf(':') + 1).split('/');
  return names.split(',').map((name) => `${namespace}/${name}`);
}
