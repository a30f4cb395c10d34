// What the system knows about a kind. Everything generic (routes, discovery, OpenAPI, tables, client, ctl,
// docs) reads this and nothing else: no generic code knows a kind by its name.
import type { TObject } from 'typebox';
import type { Issue } from './issue.ts';
import type { AnyObject } from './meta.ts';

/** One column of `get`. */
export interface Column<T> {
  name: string;
  /** OpenAPI type of the cell. */
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  format?: string;
  description: string;
  /** 0 is always shown; 1 only with `-o wide`. */
  priority?: 0 | 1;
  value(object: T, nowMs: number): string | number | boolean;
}

/** Where the scale subresource finds its numbers. Paths are dotted, e.g. `spec.replicas`. */
export interface ScalePaths {
  specReplicas: string;
  statusReplicas: string;
  /** Path of the label selector (a LabelSelector object). */
  selector: string;
}

/** Other names under which a kind is served: one storage, several group versions. */
export interface Alias {
  group: string;
  version: string;
  /** Where the kind has other fields there; else objects differ by their apiVersion alone. */
  form?: AliasForm;
}

/** A kind's other looks. Pure; unknown fields are found by the schema, not here. */
export interface AliasForm {
  schema: TObject;
  /** From the stored form; apiVersion is the caller's. */
  show(stored: AnyObject): AnyObject;
  /** To the stored form; apiVersion is the caller's. */
  store(shown: AnyObject): AnyObject;
  /** Field selectors by the names of this form, read from the stored one. */
  selectableFields: Readonly<Record<string, FieldReader<AnyObject>>>;
}

/** Reads one field as text. A method type, so that a definition of one kind still is a definition of any kind. */
export type FieldReader<T> = { read(object: T): string }['read'];

/** What a write has changed; becomes an Event that names the writer. */
export interface ChangeNote {
  /** One word for programs. */
  reason: string;
  /** Phrases, at least one, e.g. `flag a: disabled`. */
  changes: readonly string[];
}

/** A kind of object. */
export interface KindDefinition<T extends AnyObject = AnyObject> {
  /** Empty for the core group. */
  group: string;
  version: string;
  kind: string;
  /** Plural, lower case: the segment of the path. */
  resource: string;
  singular: string;
  shortNames: readonly string[];
  /** E.g. `all`. */
  categories: readonly string[];
  namespaced: boolean;
  aliases?: readonly Alias[];
  /** Schema of the whole object, `apiVersion` to `status`. */
  schema: TObject;
  /** One or two sentences for `explain` and the reference. */
  description: string;
  /** What objects of the kind are known for elsewhere and nobody does yet: a warning to whoever makes one. */
  notYet?: string;
  /** Verbs served beside get, list and watch; all of create, update, patch, delete, deletecollection when absent. */
  verbs?: readonly string[];
  subresources: { status: boolean; scale?: ScalePaths };
  /** Whether the object counts `metadata.generation` on changes of anything but metadata and status. */
  hasGeneration: boolean;
  /** Fills in what the user left out, beyond the static defaults of the schema. Mutates its argument. */
  applyDefaults?(object: T): void;
  /** Rules beyond the schema, on a new object. All issues at once, each with its field path. Pure. */
  check?(object: T): Issue[];
  /** Rules between the old and the new object: immutable fields. Pure. */
  checkUpdate?(object: T, old: T): Issue[];
  /** Sets what a creation starts with, e.g. `status.phase: Pending`. Mutates. Status from the user is already dropped. */
  initialStatus?(object: T): void;
  /** The whole status where it follows from the rest of the object: written whenever the generation is. Pure. */
  statusOf?(object: T): unknown;
  /** What an object asks for that is kept and not carried out, in sentences for whoever writes it. Pure. */
  warningsOf?(object: T): readonly string[];
  /** What a write has changed that users should be told of; without `before` it is new, without `after` gone. Pure. */
  changesOf?(before: T | undefined, after: T | undefined): ChangeNote | undefined;
  /**
   * What of the object is kept, as a ControllerRevision that belongs to it, each time its generation changes; nothing when
   * absent. Pure.
   */
  historyOf?(object: T): Readonly<Record<string, unknown>>;
  columns: readonly Column<T>[];
  /** Field selectors beside metadata.name and metadata.namespace, e.g. `spec.nodeName`. */
  selectableFields: Readonly<Record<string, FieldReader<T>>>;
  /** Of {@link selectableFields}, those by which lists and watches of large clusters select: the cache indexes them. */
  indexedFields?: readonly string[];
  /** Default grace period of a deletion in seconds when the kind ends gracefully (Pod); else absent. */
  gracePeriodSeconds?(object: T): number;
  /** Duties beside `metadata.finalizers` that keep a deleted object (a Namespace's contents); they are in its spec. */
  specFinalizers?(object: T): readonly string[];
}

/** Keeps the type parameter inferred at the definition and erased in the registry. */
export function defineKind<T extends AnyObject>(definition: KindDefinition<T>): KindDefinition<T> {
  return definition;
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(definition: { group: string; version: string }): string {
  return definition.group === '' ? definition.version : `${definition.group}/${definition.version}`;
}

/** `pods`, `deployments.apps`: names a resource across groups. */
export function resourceIdOf(definition: { group: string; resource: string }): string {
  return definition.group === '' ? definition.resource : `${definition.resource}.${definition.group}`;
}

/** `pod`, `deployment.apps`: the kind of one object, as answers to users say it. */
export function singularIdOf({ group, singular }: { group: string; singular: string }): string {
  return resourceIdOf({ group, resource: singular });
}

/** `pod/web-1`, `deployment.apps/web`: one object, as answers to users say it and as commands take it. */
export function objectIdOf(definition: { group: string; singular: string }, name = ''): string {
  return `${singularIdOf(definition)}/${name}`;
}
