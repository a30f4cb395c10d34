// What `get` shows of templates and runs.
import type { Column } from '../../definition.ts';
import type { AnalysisRun } from '../analysis-run.ts';
import { ageColumn, countColumn } from '../columns.ts';
import type { AnyObject } from '../../meta.ts';
import type { AnalysisTemplateSpec } from './metric.ts';

/** METRICS and AGE of a template. */
export function templateColumns<
  T extends AnyObject & { spec: AnalysisTemplateSpec },
>(): readonly Column<T>[] {
  return [
    countColumn(
      'Metrics',
      'How many metrics it has, without those of other templates.',
      ({ spec }) => spec.metrics?.length,
    ),
    {
      name: 'Names',
      type: 'string',
      priority: 1,
      description: 'Names of its metrics.',
      value: ({ spec }) => (spec.metrics ?? []).map(({ name }) => name).join(','),
    },
    ageColumn<T>(),
  ];
}

/** STATUS, AGE and, wide, what was found. */
export function runColumns(): readonly Column<AnalysisRun>[] {
  return [
    {
      name: 'Status',
      type: 'string',
      description: 'How the run stands.',
      value: ({ status }) => status?.phase ?? '',
    },
    ageColumn(),
    {
      name: 'Metrics',
      type: 'string',
      priority: 1,
      description: 'The last value of each metric.',
      value: ({ status }) =>
        (status?.metricResults ?? [])
          .map(({ name, measurements }) => `${name}=${measurements?.at(-1)?.value ?? '-'}`)
          .join(','),
    },
    {
      name: 'Message',
      type: 'string',
      priority: 1,
      description: 'Why it stands so.',
      value: ({ status }) => status?.message ?? '',
    },
  ];
}
