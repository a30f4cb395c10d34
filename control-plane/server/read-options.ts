// The query of reads: selectors, paging, and how fresh the answer has to be. Pure; every fault is named.
import type { KindDefinition } from '@gantry/api/definition';
import type { FieldSelector } from '@gantry/api/field-selector';
import {
  matchesFields,
  parseFieldSelector,
  requiredValue,
  unknownFieldMessage,
  unknownFields,
} from '@gantry/api/field-selector';
import type { Issue } from '@gantry/api/issue';
import { matchesLabels, parseLabelSelector } from '@gantry/api/label-selector';
import type { AnyObject } from '@gantry/api/meta';
import { badRequest, invalid } from '@gantry/api/status-error';
import { NAME_PLACE } from '../cache/audience.ts';
import type { EventPlace } from '../cache/cache.ts';
import { isTrue } from './request-info.ts';

/** Which objects are meant. */
export interface Selection {
  /** Whether every object is meant. */
  everything: boolean;
  matches(object: AnyObject): boolean;
  /** The one name that can match, when the selector names it. */
  name?: string;
  /** Where in the cache all that can match is to be found. */
  place?: EventPlace;
}

/** How fresh a read has to be. */
export type Freshness =
  /** As of now. */
  | { type: 'newest' }
  /** Whatever is at hand. */
  | { type: 'any' }
  | { type: 'not-older-than'; revision: number }
  | { type: 'exact'; revision: number };

type Selectable = Pick<KindDefinition, 'namespaced' | 'selectableFields' | 'indexedFields'>;

/** The selection of a list, watch or deletecollection. @throws StatusError 400. */
export function selectionOf(definition: Selectable, query: URLSearchParams): Selection {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  if (!labels.ok) throw badRequest(`unable to parse the label selector: ${labels.message}`);
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '');
  if (!fields.ok) throw badRequest(fields.message);
  const [unknown] = unknownFields(definition, fields.selector);
  if (unknown !== undefined) throw badRequest(unknownFieldMessage(definition, unknown));
  return selection(definition, labels.selector, fields.selector);
}

function selection(
  definition: Selectable,
  labels: Parameters<typeof matchesLabels>[0],
  fields: FieldSelector,
): Selection {
  const everything = labels.requirements.length === 0 && labels.nothing !== true && fields.length === 0;
  const name = requiredValue(fields, 'metadata.name');
  return {
    everything,
    matches: (object) =>
      everything ||
      (matchesLabels(labels, object.metadata.labels) && matchesFields(definition, fields, object)),
    ...(name === undefined ? {} : { name }),
    ...placeOf(definition, fields),
  };
}

/** The narrowest of the places that the selector names. */
function placeOf({ indexedFields = [] }: Selectable, fields: FieldSelector): Pick<Selection, 'place'> {
  for (const index of [NAME_PLACE, ...indexedFields]) {
    const value = requiredValue(fields, index);
    if (value !== undefined && value !== '') return { place: { index, value } };
  }
  return {};
}

/** A number in the query. @throws StatusError 400 for what is no whole number from 0. */
export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d{1,15}$/.test(text))
    throw badRequest(`the query parameter ${name} must be a whole number, not "${text}"`);
  return Number(text);
}

/** @throws StatusError 400. */
export function revisionOf(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion');
  if (text === null || text === '') return undefined;
  if (!/^\d{1,15}$/.test(text))
    throw invalidOption(
      'resourceVersion',
      `Invalid value: "${text}": must be a revision that this API has given out`,
    );
  return Number(text);
}

/** What `resourceVersion` and `resourceVersionMatch` of a list mean. @throws StatusError 422. */
export function listFreshness(query: URLSearchParams, paged: boolean): Freshness {
  const revision = revisionOf(query);
  const match = query.get('resourceVersionMatch') ?? '';
  if (match !== '') checkMatch(match, revision);
  if (revision === undefined) return { type: 'newest' };
  if (match === 'Exact' || (match === '' && paged && revision > 0)) return { type: 'exact', revision };
  return revision === 0 ? { type: 'any' } : { type: 'not-older-than', revision };
}

function checkMatch(match: string, revision: number | undefined): void {
  if (revision === undefined) {
    throw invalidOption(
      'resourceVersionMatch',
      'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    );
  }
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    throw invalidOption(
      'resourceVersionMatch',
      `Unsupported value: "${match}": supported values: "Exact", "NotOlderThan"`,
    );
  }
  if (match === 'Exact' && revision === 0) {
    throw invalidOption(
      'resourceVersionMatch',
      'Forbidden: resourceVersionMatch "Exact" is forbidden for resourceVersion "0"',
    );
  }
}

/** What `resourceVersion` of a get means. */
export function getFreshness(query: URLSearchParams): Freshness {
  const revision = revisionOf(query);
  if (revision === undefined) return { type: 'newest' };
  return revision === 0 ? { type: 'any' } : { type: 'not-older-than', revision };
}

/** 422 about the options of a request, as Kubernetes words it. */
export function invalidOption(path: string, message: string): Error {
  const reason: Issue['reason'] = message.startsWith('Forbidden')
    ? 'FieldValueForbidden'
    : 'FieldValueInvalid';
  return invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [{ path, reason, message }]);
}

/** A flag in the query, or its absence. */
export function flagOf(query: URLSearchParams, name: string): boolean | undefined {
  return query.has(name) ? isTrue(query.get(name)) : undefined;
}
