// How often flags are asked for and what is answered: now, over the last minutes, and since the servers started.
import type { EvaluationCount } from '@gantry/api/flags/evaluation-counts';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useHistory } from '../../live/use-history.ts';
import { useLatest } from '../../live/use-live.ts';
import { Card, Empty } from '../../parts/card.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { LineChart } from '../../parts/line-chart.tsx';
import { NoFigures } from '../../parts/no-figures.tsx';
import { countsByVariant, exposureRows, ratesByVariant, type ExposureRow } from './exposure-rows.ts';

/** What the control plane tells. */
interface EvaluationReport {
  at: string;
  counts: readonly EvaluationCount[];
  /** Nodes that did not answer. */
  silent: readonly string[];
}

interface ExposurePanelProps {
  object: FeatureFlag;
  /** Only of this flag. */
  flagKey?: string;
}

/** The card. */
export function ExposurePanel({ object, flagKey }: ExposurePanelProps): JSX.Element {
  const { namespace = '', name = '' } = object.metadata;
  const { figures: report, problem } = useLatest<EvaluationReport>(
    `/gantry/v1/live/flag-evaluations?${new URLSearchParams({ namespace, name })}`,
  );
  const rows = useMemo(
    () => (report === undefined ? [] : exposureRows(report.counts, flagKey)),
    [report, flagKey],
  );
  return (
    <Card title="Exposure">
      {flagKey === undefined ? null : <ExposureChart report={report} flagKey={flagKey} />}
      {report === undefined ? (
        <NoFigures problem={problem} />
      ) : rows.length === 0 ? (
        <Empty>Nobody has asked for it yet.</Empty>
      ) : (
        <DataTable
          label="Evaluations by variant"
          rows={rows}
          columns={flagKey === undefined ? COLUMNS : COLUMNS.slice(1)}
          keyOf={({ flag, version, variant, reason }) => JSON.stringify([flag, version, variant, reason])}
          empty=""
          maxRows={10}
        />
      )}
      <p class="quiet">
        Counted since the control plane and the nodes started, by version of the FeatureFlag.
        {report === undefined || report.silent.length === 0
          ? ''
          : ` Not counted: ${report.silent.join(', ')}, which did not answer.`}
      </p>
    </Card>
  );
}

function ExposureChart({ report, flagKey }: ExposureChartProps): JSX.Element | null {
  const counts = useMemo(
    () => (report === undefined ? undefined : countsByVariant(report.counts, flagKey)),
    [report, flagKey],
  );
  const history = useHistory(counts, report === undefined ? undefined : Date.parse(report.at));
  const { times, lines } = useMemo(() => {
    const rates = ratesByVariant(history.map(({ atMs, value }) => ({ atMs, counts: value })));
    const drawn = rates.variants.map(({ variant, values }, at) => ({
      ...{ label: variant === '' ? 'code’s own' : variant, values },
      colour: `--series-${(at % SERIES_COLOURS) + 1}`,
    }));
    return { times: rates.times, lines: drawn };
  }, [history]);
  if (times.length < 2 || lines.length === 0) return null;
  return <LineChart label="Evaluations a second by variant" times={times} lines={lines} unit="/s" />;
}

interface ExposureChartProps {
  report: EvaluationReport | undefined;
  flagKey: string;
}

/** Colours of the theme. */
const SERIES_COLOURS = 4;

const COLUMNS: readonly Column<ExposureRow>[] = [
  { head: 'Flag', width: 'minmax(7rem, 2fr)', cell: ({ flag }) => flag, sort: ({ flag }) => flag },
  {
    head: 'Variant',
    cell: ({ variant }) => variant ?? <span class="quiet">code’s own</span>,
    sort: ({ variant }) => variant,
  },
  { head: 'Reason', wide: true, width: '10rem', cell: ({ reason }) => reason, sort: ({ reason }) => reason },
  {
    head: 'Version',
    wide: true,
    width: '5rem',
    cell: ({ version }) => version,
    sort: ({ version }) => Number(version),
  },
  { head: 'Times', width: '6rem', align: 'end', cell: ({ count }) => count, sort: ({ count }) => count },
  {
    head: 'Share',
    width: '5rem',
    align: 'end',
    cell: ({ percent }) => `${percent.toFixed(1)} %`,
    sort: ({ percent }) => percent,
  },
];
