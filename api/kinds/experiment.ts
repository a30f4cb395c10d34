// Experiment: templates of pods side by side for a while, judged by analyses, and then gone. A kind of Argo Rollouts', made by
// people, or by a Rollout's `experiment` step.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { described, optional, struct } from '../schema.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';
import { experimentSpecIssues, experimentUpdateIssues } from './experiment/check-experiment.ts';
import { ExperimentSpec } from './experiment/spec.ts';
import { ExperimentStatus } from './experiment/status.ts';
import { objectFields } from './object-fields.ts';
import { applyPodSpecDefaults } from './pod/pod-defaults.ts';
import { ROLLOUT_TYPES } from './rollout/analysis-ref.ts';

const DESCRIPTION =
  'Runs pods of several templates side by side for a while, has analyses judge them, and takes them away.';

export const Experiment = struct(`${ROLLOUT_TYPES}.Experiment`, DESCRIPTION, {
  ...objectFields,
  spec: described('What the Experiment is to be.', ExperimentSpec),
  status: optional(described('What is observed of it.', ExperimentStatus)),
});
export type Experiment = Static<typeof Experiment>;

export const experimentKind = defineKind<Experiment>({
  group: 'gantry.dev',
  version: 'v1alpha1',
  kind: 'Experiment',
  resource: 'experiments',
  singular: 'experiment',
  shortNames: ['exp'],
  categories: [],
  namespaced: true,
  aliases: [{ group: 'argoproj.io', version: 'v1alpha1' }],
  schema: Experiment,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: true,
  applyDefaults: ({ spec }) => {
    for (const { template } of spec.templates) applyPodSpecDefaults(template.spec);
  },
  check: ({ metadata, spec }) => [...metadataIssues(metadata), ...experimentSpecIssues(spec)],
  checkUpdate: ({ spec }, old) => experimentUpdateIssues(spec, old.spec),
  columns: [
    {
      name: 'Status',
      type: 'string',
      description: 'How it stands.',
      value: ({ status }) => status?.phase ?? '',
    },
    {
      name: 'Templates',
      type: 'string',
      description: 'Templates that are available, of all.',
      value: ({ spec, status }) => {
        const running = (status?.templateStatuses ?? []).filter((one) => one.status === 'Running');
        return `${running.length}/${spec.templates.length}`;
      },
    },
    ageColumn(),
    {
      name: 'Analyses',
      type: 'string',
      priority: 1,
      description: 'Its analyses, and how each stands.',
      value: ({ status }) =>
        (status?.analysisRuns ?? []).map(({ name, phase }) => `${name}=${phase}`).join(','),
    },
    {
      name: 'Message',
      type: 'string',
      priority: 1,
      description: 'Why it stands so.',
      value: ({ status }) => status?.message ?? '',
    },
  ],
  selectableFields: {},
});

export type { ExperimentStatus } from './experiment/status.ts';
