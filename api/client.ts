// How every Gantry program talks to the API. The transport is an argument, so a browser, Node and a simulated
// network all serve. Implemented in `api/http-client.ts`.
import type { KindDefinition } from './definition.ts';
import type { AnyObject, ObjectKey } from './meta.ts';

export interface TransportRequest {
  method: string;
  /** Path with query. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
  /** No answer head within this time is a `timeout` OperationalError-like failure. */
  timeoutMs?: number;
  /** A body that stays silent for this long is a `timeout` failure. Absent: may stay silent, as watches and logs do. */
  bodyIdleTimeoutMs?: number;
}

export interface TransportResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: AsyncIterable<Uint8Array>;
}

/** Sends one request. Rejects only when no answer came. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

export interface ListOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  limit?: number;
  continue?: string;
  resourceVersion?: string;
  signal?: AbortSignal;
}

export interface WatchOptions extends ListOptions {
  resourceVersion: string;
  /** Called once the server has taken the watch. */
  onOpen?: (() => void) | undefined;
}

export interface WriteOptions {
  dryRun?: boolean;
  fieldManager?: string;
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  force?: boolean;
  subresource?: 'status' | 'scale';
  onWarning?: (sentence: string) => void;
  signal?: AbortSignal;
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: T;
}

/** All methods throw StatusError (api/status-error.ts) for an answer that is not a success. */
export interface Client {
  get<T extends AnyObject>(definition: KindDefinition<T>, key: ObjectKey, signal?: AbortSignal): Promise<T>;
  list<T extends AnyObject>(
    definition: KindDefinition<T>,
    options?: ListOptions,
  ): Promise<{ items: T[]; resourceVersion: string; continue?: string }>;
  /** One watch connection; ends when the server ends it. Throws StatusError 410 when too old. */
  watch<T extends AnyObject>(
    definition: KindDefinition<T>,
    options: WatchOptions,
  ): AsyncIterable<WatchEvent<T>>;
  create<T extends AnyObject>(definition: KindDefinition<T>, object: T, options?: WriteOptions): Promise<T>;
  update<T extends AnyObject>(definition: KindDefinition<T>, object: T, options?: WriteOptions): Promise<T>;
  patch<T extends AnyObject>(
    definition: KindDefinition<T>,
    key: ObjectKey,
    type: PatchType,
    patch: unknown,
    options?: WriteOptions,
  ): Promise<T>;
  delete(
    definition: KindDefinition,
    key: ObjectKey,
    options?: {
      propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
      gracePeriodSeconds?: number;
      preconditions?: { uid?: string; resourceVersion?: string };
      dryRun?: boolean;
      signal?: AbortSignal;
    },
  ): Promise<AnyObject>;
  /** For what is no kind: /version, /readyz, pod logs. */
  raw(request: TransportRequest): Promise<TransportResponse>;
}
