// Arguments of an analysis: what `{{args.name}}` stands for in its metrics.
import type { Static } from 'typebox';
import { described, optional, struct, text } from '../../schema.ts';

const TYPES = 'dev.gantry.v1alpha1';

export const AnalysisFieldRef = struct(
  `${TYPES}.AnalysisFieldRef`,
  'A field of the object that asks for the run.',
  {
    fieldPath: text("The field, e.g. `metadata.name`, `metadata.labels['app']` or `spec.replicas`."),
  },
);

export const AnalysisSecretKeyRef = struct(`${TYPES}.AnalysisSecretKeyRef`, 'One entry of a Secret.', {
  name: text('Name of the Secret.'),
  key: text('Key of the entry.'),
});

export const AnalysisValueFrom = struct(
  `${TYPES}.AnalysisValueFrom`,
  'Where the value of an argument comes from. Exactly one is set.',
  {
    fieldRef: optional(described('A field of the object that asks for the run.', AnalysisFieldRef)),
    secretKeyRef: optional(
      described(
        "An entry of a Secret of the run's namespace. Read whenever something is measured, kept nowhere.",
        AnalysisSecretKeyRef,
      ),
    ),
  },
);
export type AnalysisValueFrom = Static<typeof AnalysisValueFrom>;

export const AnalysisArgument = struct(
  `${TYPES}.AnalysisArgument`,
  'An argument: `{{args.name}}` in metrics.',
  {
    name: text('Its name.'),
    value: optional(text('Its value; in a template what it is when nobody says otherwise.')),
    valueFrom: optional(described('Where its value comes from.', AnalysisValueFrom)),
  },
);
export type AnalysisArgument = Static<typeof AnalysisArgument>;
