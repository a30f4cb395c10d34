// Which writes are heartbeats: they go on for ever, and say nothing but that somebody lives.
import { leaseKind } from '@gantry/api/kinds/lease';
import { storePrefixOf } from '@gantry/control-plane/resources/object-key';

const LEASES = storePrefixOf(leaseKind);

/** @param key of the store. */
export function isHeartbeat(key: string): boolean {
  return key.startsWith(LEASES);
}
