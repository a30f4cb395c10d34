// What the YAML views work with: loaded when the first of them is opened, since it is large. Pure.
import { editedObject } from '@gantry/api/edited-object';
import type { AnyObject } from '@gantry/api/meta';
import { mergeDifference } from '@gantry/api/patch/merge-difference';
import { mergePatch } from '@gantry/api/patch/merge-patch';
import { readablePair } from '@gantry/api/readable-object';
import type { StatusCause } from '@gantry/api/status-error';
import { readYamlDocuments } from '@gantry/api/yaml-documents';
import { yamlText } from '@gantry/api/yaml-text';
import { diffRows, type TextDifference } from './diff-rows.ts';
import { lineOfField } from './field-lines.ts';

/** Longest text that is edited in the page; longer ones are for `gantry edit`. */
export const EDITED_CHARACTERS_MAX = 500_000;
/** Faults shown. */
const FAULTS_MAX = 50;

/** Something that is wrong with a text, and where. */
export interface TextFault {
  /** From 1. */
  line?: number;
  message: string;
}

/** The object as YAML. */
export function shownText(object: AnyObject, { managed }: { managed: boolean }): string {
  if (managed) return yamlText(object);
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return yamlText({ ...object, metadata });
}

/** The object that an edited text is, as a change of exactly the version that was shown; or what is wrong with it. */
export function readEdited(text: string, before: AnyObject): { object: AnyObject } | { faults: TextFault[] } {
  if (text.length > EDITED_CHARACTERS_MAX)
    return { faults: [{ message: `the text is longer than ${EDITED_CHARACTERS_MAX} characters` }] };
  const { faults } = readYamlDocuments(text, 'text');
  if (faults.length > 0)
    return { faults: faults.slice(0, FAULTS_MAX).map(({ line, message }) => ({ line, message })) };
  const object = editedObject(text, 'text', before) ?? 'The text is empty.';
  if (typeof object === 'string') return { faults: [{ message: object }] };
  const { resourceVersion } = before.metadata;
  const metadata = { ...object.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  return { object: { ...object, metadata } };
}

/** What the server refused, at its place in the text: `placeOf` tells it where the text is not the whole object. */
export function refusedFaults(
  text: string,
  { message, causes = [] }: { message: string; causes?: readonly StatusCause[] },
  placeOf: (field: string) => string = (field) => field,
): TextFault[] {
  const named = causes.filter(({ field }) => field !== undefined && field !== '');
  const unknown = [...message.matchAll(/unknown field "([^"]+)"[^,]*/g)].map(([sentence, field]) => ({
    field,
    message: sentence,
  }));
  const found = named.length > 0 ? named : unknown;
  if (found.length === 0) return [{ message }];
  return found.slice(0, FAULTS_MAX).map(({ field = '', message: sentence = '' }) => {
    const place = placeOf(field);
    const line = lineOfField(text, place);
    const whole = sentence.includes(field) ? sentence : `${place}: ${sentence}`;
    return { message: whole, ...(line === undefined ? {} : { line }) };
  });
}

/** What would be stored against what is; without what the server alone sets, and without the values of Secrets. */
export function objectDifference(before: AnyObject | undefined, after: AnyObject): TextDifference {
  return diffRows(...readablePair(before, after));
}

/** Whether two versions differ only in what the server or a controller writes. */
export function isSameWish(a: AnyObject, b: AnyObject): boolean {
  return mergeDifference(wishOf(a), wishOf(b)) === undefined;
}

/** The user's change, put on top of what someone else has stored meanwhile. */
export function onTopOf(theirs: AnyObject, base: AnyObject, mine: AnyObject): AnyObject {
  const change = mergeDifference(wishOf(base), wishOf(mine));
  return change === undefined ? theirs : (mergePatch(theirs, change) as AnyObject);
}

function wishOf(object: AnyObject): object {
  const { managedFields: _m, resourceVersion: _r, generation: _g, ...metadata } = object.metadata;
  const { status: _s, ...rest } = object;
  return { ...rest, metadata };
}
