// What DNS tells of a name, as plain data.

/** What all records of the cluster live for, in seconds: as long as a client may go on with what was true. */
export const RECORD_TTL_SECONDS = 5;

/** One record. Names are in lower case, without the last dot. */
export type DnsRecord =
  | { name: string; type: 'A' | 'CNAME' | 'PTR' | 'TXT'; data: string }
  | { name: string; type: 'SRV'; data: { priority: number; weight: number; port: number; target: string } };

/** What is known of a name. */
export type Lookup =
  /** It does not belong to the cluster: somebody else has to be asked. */
  | { type: 'foreign' }
  /** It belongs to the cluster, and does not exist. */
  | { type: 'unknown' }
  /** It belongs to the cluster, which has not been read yet. */
  | { type: 'not-read' }
  /** It exists; `records` are all that it has, of whatever type. `additionals` tell more of them. */
  | { type: 'found'; records: readonly DnsRecord[]; additionals: readonly DnsRecord[] };

/** A name that exists and has these records. */
export function found(records: readonly DnsRecord[], additionals: readonly DnsRecord[] = []): Lookup {
  return { type: 'found', records, additionals };
}
