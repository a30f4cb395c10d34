// A plan in words, for tests that an operator can read: what would be done, one line each, and why.
import { resourceIdOf, type KindDefinition } from '@gantry/api/definition';
import { keyOf, keyText, type AnyObject } from '@gantry/api/meta';
import type { CacheReader } from '../cache/cache.ts';
import type { Action, Controller, EventNote, Plan } from './controller.ts';
import { describeReason } from './reason-text.ts';
import { allActions } from './pass.ts';

/** Differences that are named for each object; more are only counted. */
const DIFFERENCES_SHOWN = 8;

/** The lines of one plan. `world` is what was observed. */
export function transcriptOf(
  controller: Controller,
  primary: AnyObject,
  plan: Plan,
  world: Pick<CacheReader, 'get'>,
): string[] {
  const actions = allActions(controller, primary, plan);
  return [
    ...plan.reasons.map((reason) => `because ${describeReason(controller, reason)}`),
    ...actions.flatMap((action) => linesOf(action, world)),
    ...(plan.recheckAfterMs === undefined ? [] : [`look again in ${plan.recheckAfterMs / 1000} s`]),
  ];
}

/** The lines of a transcript as it is written down in a test: indentation and empty lines do not count. */
export function goldenLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function linesOf(action: Action, world: Pick<CacheReader, 'get'>): string[] {
  switch (action.type) {
    case 'create':
      return [`create ${nameOf(action.definition, action.object)}`, ...noteLines(action.event)];
    case 'update': {
      const before = world.get(action.definition, keyOf(action.object));
      const changes = differences(before, action.object);
      return changes.length === 0
        ? []
        : [
            `update ${nameOf(action.definition, action.object)}: ${listed(changes)}`,
            ...noteLines(action.event),
          ];
    }
    case 'delete':
      return [
        `delete ${resourceIdOf(action.ref.definition)} ${keyText(action.ref)}: ${action.reason}`,
        ...noteLines(action.event),
      ];
    case 'write-status': {
      const before = world.get(action.ref.definition, action.ref)?.['status'];
      const changes = differences(before, action.status);
      return changes.length === 0
        ? []
        : [`status of ${resourceIdOf(action.ref.definition)} ${keyText(action.ref)}: ${listed(changes)}`];
    }
    case 'record-event':
      return noteLines(action);
    case 'measure':
      return [];
  }
}

function noteLines(note: EventNote | undefined): string[] {
  return note === undefined ? [] : [`  tell ${note.severity} ${note.reason}: ${note.message}`];
}

function nameOf(definition: KindDefinition, object: AnyObject): string {
  return `${resourceIdOf(definition)} ${keyText(keyOf(object))}`;
}

function listed(changes: readonly string[]): string {
  const more = changes.length - DIFFERENCES_SHOWN;
  return [...changes.slice(0, DIFFERENCES_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** `path old -> new` for each plain value that differs. Times are left out: they differ in every run. */
function differences(before: unknown, after: unknown, path = ''): string[] {
  if (Object.is(before, after) || /(Time|Timestamp)$/.test(path)) return [];
  if (!isContainer(before) && !isContainer(after)) {
    return [`${path} ${shown(before)} -> ${shown(after)}`];
  }
  const left = isContainer(before) ? keyed(before) : {};
  const right = isContainer(after) ? keyed(after) : {};
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
    differences(left[key], right[key], path === '' ? key : `${path}.${key}`),
  );
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Conditions are told apart by their type, not by their place, and told by status and reason. */
function keyed(value: object): Record<string, unknown> {
  if (!Array.isArray(value)) return value as Record<string, unknown>;
  return Object.fromEntries(
    value.map((item: unknown, index) => {
      const { type, status, reason } = (item ?? {}) as Record<string, unknown>;
      return typeof type === 'string' && typeof status === 'string'
        ? [type, typeof reason === 'string' ? `${status} (${reason})` : status]
        : [index, item];
    }),
  );
}

function shown(value: unknown): string {
  return value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}
