// A change of the template from which a Rollout's pods are made: its own, or that of the Deployment it names. Plain data.

/** One operation of a JSON patch. */
export interface TemplateOperation {
  op: 'replace' | 'test';
  path: string;
  value: unknown;
}

/** What to write, or why nothing is to be written. */
export type TemplateChange =
  | { type: 'change'; operations: readonly TemplateOperation[]; done: string }
  | { type: 'nothing'; why: string };
