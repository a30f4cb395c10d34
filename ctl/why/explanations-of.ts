// Asks the control plane why an object is as it is. One that does not serve this, or does not answer in time, merely
// has nothing to say: no command fails for want of an explanation.
import { readText } from '@gantry/api/answer-body';
import type { KindDefinition } from '@gantry/api/definition';
import { explanationResource, type Explanation } from '@gantry/api/explanation';
import { formatFieldSelector } from '@gantry/api/field-selector';
import { collectionPathOf } from '@gantry/api/paths';
import { parseWarnings } from '@gantry/api/warning-header';
import { getRaw } from '../api-request.ts';
import type { Connection } from '../connect.ts';

/** An object by its kind and name; with `uid` only that very object. */
export interface ExplainedTarget {
  definition: Pick<KindDefinition, 'kind' | 'namespaced'>;
  namespace: string;
  name: string;
  uid?: string | undefined;
}

/** What was said, and what the answer lacks. */
export interface ExplanationAnswer {
  explanations: readonly Explanation[];
  warnings: readonly string[];
}

const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const ANSWER_WAIT_MS = 5_000;
const NOTHING: ExplanationAnswer = { explanations: [], warnings: [] };

/** Does not throw. */
export async function explanationsOf(
  connection: Connection,
  target: ExplainedTarget,
  signal?: AbortSignal,
): Promise<ExplanationAnswer> {
  const { definition, name, uid } = target;
  const fieldSelector = formatFieldSelector([
    { field: 'involvedObject.kind', operator: '=', value: definition.kind },
    { field: 'involvedObject.name', operator: '=', value: name },
  ]);
  const collection = collectionPathOf(explanationResource, definition.namespaced ? target.namespace : '');
  const path = `${collection}?${new URLSearchParams({ fieldSelector }).toString()}`;
  try {
    const late = AbortSignal.timeout(ANSWER_WAIT_MS);
    const stop = signal === undefined ? late : AbortSignal.any([late, signal]);
    const answer = await getRaw(connection, path, { signal: stop });
    const { items } = JSON.parse(await readText(answer.body, ANSWER_BYTES_MAX)) as { items: Explanation[] };
    const meant = items.filter(({ involvedObject }) => uid === undefined || involvedObject.uid === uid);
    return { explanations: meant, warnings: parseWarnings(answer.headers['warning']) };
  } catch {
    return NOTHING;
  }
}

/** All sentences, each once. */
export function sentencesOf(explanations: readonly Explanation[]): string[] {
  return [...new Set(explanations.flatMap(({ sentences }) => sentences))];
}

/** The sentences about an object, for the end of "waiting for …". */
export async function whyWaiting(connection: Connection, target: ExplainedTarget): Promise<string[]> {
  const { explanations } = await explanationsOf(connection, target);
  return sentencesOf(explanations);
}
