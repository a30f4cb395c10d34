// What the server asks of authentication and authorization. Implemented in `control-plane/auth`; injected, so
// that no route knows how a user is recognised or what a user may do.
import type { AnyObject } from '@gantry/api/meta';
import type { KindDefinition } from '@gantry/api/definition';
import type { IncomingHttpHeaders } from 'node:http';

/** Who asks. */
export interface User {
  name: string;
  groups: readonly string[];
  uid?: string;
  extra?: Readonly<Record<string, readonly string[]>>;
  /** What was shown to be recognised: whatever outlasts the request asks it whether it still holds. */
  proof?: Proof;
}

/** Credentials that have been found good. */
export interface Proof {
  type: 'certificate' | 'token' | 'session';
  expiresAtMs: number;
  /** Why they are good no more, although their time is not up. */
  endedBecause?(): string | undefined;
}

/** The client's certificate as the TLS layer saw it. */
export interface PeerCertificate {
  /** DER. */
  raw: Uint8Array;
  /** SHA-256 of the certificate: a key under which the outcome may be remembered. */
  fingerprint256: string;
  /** Whether it chains to the CA that the listener was given. */
  trusted: boolean;
  /** Why it is not trusted, in OpenSSL's words. */
  trustError?: string;
}

/** What of a request identifies its sender. */
export interface Credentials {
  headers: IncomingHttpHeaders;
  /** Upper case; what a cookie is worth depends on it. */
  method: string;
  /** Whether the request came over TLS. */
  secure: boolean;
  /** Whether it asks for an upgraded connection. */
  upgrade: boolean;
  peerCertificate?: PeerCertificate;
}

/**
 * A user; undefined when no credentials were shown; a sentence when those shown are no good (401), or are good but may
 * not be used from where the request comes (403).
 */
export type Authentication = User | undefined | { error: string; code?: 401 | 403 };

/** Recognises the sender of a request. Must not throw for bad credentials. */
export type Authenticate = (credentials: Credentials) => Promise<Authentication>;

/** What is asked for, in Kubernetes' terms: enough to decide from, together with the cache. */
export interface RequestAttributes {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; for other paths the method in lower case. */
  verb: string;
  /** False for paths such as `/version`; then only `verb` and `path` count. */
  isResourceRequest: boolean;
  path: string;
  group: string;
  version: string;
  /** Plural, lower case. */
  resource: string;
  /** `status`, `scale`, `log`, `exec`, …; empty for the object itself. */
  subresource: string;
  /** Empty for cluster-wide kinds and for requests across all namespaces. */
  namespace: string;
  /** Empty for create, list, watch and deletecollection; a field selector `metadata.name=x` fills it in for list and watch. */
  name: string;
  /** The selectors of list, watch and deletecollection as they were sent; empty when absent. */
  labelSelector: string;
  fieldSelector: string;
}

/** A verdict with its grounds; the reason is shown to the user. */
export interface Decision {
  allowed: boolean;
  reason: string;
}

/** Decides by the request alone, before its body is read. Synchronous: everything needed is in the cache. */
export type Authorize = (user: User, attributes: RequestAttributes) => Decision;

/** A write as it is about to be stored, after defaults and patches: what the request alone does not show. */
export interface WriteAttempt {
  verb: 'create' | 'update' | 'delete';
  definition: KindDefinition;
  /** Which part the write may change. */
  part: 'main' | 'status' | 'scale';
  /** The new object; for a deletion the present one. */
  object: AnyObject;
  /** The present object; absent for a creation. */
  previous?: AnyObject;
}

/** Decides by the objects themselves, e.g. that an agent makes only its own Node and Lease. */
export type AuthorizeWrite = (user: User, attempt: WriteAttempt) => Decision;

/** A rule as SelfSubjectRulesReview lists it. */
export interface ResourceRule {
  verbs: readonly string[];
  apiGroups: readonly string[];
  resources: readonly string[];
  resourceNames?: readonly string[];
}

/** A rule about paths that are no resources. */
export interface NonResourceRule {
  verbs: readonly string[];
  nonResourceURLs: readonly string[];
}

/** Everything that a user may do in a namespace, as far as it can be listed. */
export interface UserRules {
  resourceRules: readonly ResourceRule[];
  nonResourceRules: readonly NonResourceRule[];
  /** True when there may be more than is listed. */
  incomplete: boolean;
}

/** The whole of what the server asks. */
export interface Security {
  authenticate: Authenticate;
  authorize: Authorize;
  authorizeWrite?: AuthorizeWrite;
  rulesFor?(user: User, namespace: string): UserRules;
}

/** Group of everybody who showed good credentials; the server adds it. */
export const AUTHENTICATED_GROUP = 'system:authenticated';
/** Who asks without credentials. */
export const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
