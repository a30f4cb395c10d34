// Labels and annotations that a Rollout adds to templates and pods for as long as a version has a part: canary, stable,
// active, preview. What was added stands beside it, so that whoever looks can take just that away again. Pure.
import type { ObjectMeta } from '../meta.ts';
import { ADDED_METADATA } from './marks.ts';

/** What is added. */
export interface PodMetadata {
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
}

/** As it is noted. */
interface Added {
  labels: readonly string[];
  annotations: readonly string[];
  /** There was a map of annotations, and nothing in it. */
  wasEmpty?: true;
}

const NOTHING: Added = { labels: [], annotations: [] };

/** As it was before anything was added. */
export function withoutAdded(metadata: ObjectMeta): ObjectMeta {
  const noted = metadata.annotations?.[ADDED_METADATA];
  if (noted === undefined) return metadata;
  const added = read(noted);
  const { annotations, labels, ...rest } = metadata;
  const left = without(annotations, [...added.annotations, ADDED_METADATA]);
  const hasAnnotations = Object.keys(left).length > 0 || added.wasEmpty === true;
  return {
    ...rest,
    ...(labels === undefined ? {} : { labels: without(labels, added.labels) }),
    ...(hasAnnotations ? { annotations: left } : {}),
  };
}

/** With just this added, whatever was before. What has a value of its own keeps it. */
export function withAdded(metadata: ObjectMeta, { labels = {}, annotations = {} }: PodMetadata): ObjectMeta {
  const { labels: ownLabels = {}, ...bare } = withoutAdded(metadata);
  // No labels and an empty map of them are the same: what was added and taken away leaves no trace.
  const own: ObjectMeta = Object.keys(ownLabels).length === 0 ? bare : { ...bare, labels: ownLabels };
  const newLabels = absent(labels, own.labels);
  const newAnnotations = absent(annotations, own.annotations);
  const added: Added = {
    labels: Object.keys(newLabels).sort(),
    annotations: Object.keys(newAnnotations).sort(),
    ...(own.annotations !== undefined && Object.keys(own.annotations).length === 0
      ? { wasEmpty: true as const }
      : {}),
  };
  if (added.labels.length + added.annotations.length === 0) return own;
  return {
    ...own,
    ...(added.labels.length === 0 ? {} : { labels: { ...own.labels, ...newLabels } }),
    annotations: { ...own.annotations, ...newAnnotations, [ADDED_METADATA]: JSON.stringify(added) },
  };
}

/** What somebody has made unreadable takes nothing away. */
function read(noted: string): Added {
  try {
    const { labels, annotations, wasEmpty } = JSON.parse(noted) as Partial<Added>;
    if (!isNames(labels) || !isNames(annotations)) return NOTHING;
    return { labels, annotations, ...(wasEmpty === true ? { wasEmpty } : {}) };
  } catch {
    return NOTHING;
  }
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function without(
  map: Readonly<Record<string, string>> = {},
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name)));
}

function absent(
  map: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => !(name in own)));
}
