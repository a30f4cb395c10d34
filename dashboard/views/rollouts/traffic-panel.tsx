// Traffic of the versions over time: the share asked for, confirmed and measured; errors and latency side by side.
import type { Rollout } from '@gantry/api/kinds/rollout';
import { exposureText, weightText } from '@gantry/api/rollout/traffic-text';
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { FlowSum, TrafficFlow } from '../../live/traffic.ts';
import { useHistory, type Moment } from '../../live/use-history.ts';
import { useLatest } from '../../live/use-live.ts';
import { Card } from '../../parts/card.tsx';
import { LineChart, type ChartLine } from '../../parts/line-chart.tsx';
import { NoFigures } from '../../parts/no-figures.tsx';
import { errorPercent, sampleOf, type TrafficSample } from './traffic-samples.ts';

/** The card. */
export function TrafficPanel({ rollout }: { rollout: Rollout }): JSX.Element {
  const namespace = rollout.metadata.namespace ?? '';
  const { figures: flow, problem } = useLatest<TrafficFlow>(
    `/gantry/v1/live/traffic?namespace=${encodeURIComponent(namespace)}`,
  );
  const lastConfirmed = useRef<number | undefined>(undefined);
  // Once for each report: the rollout of that moment belongs to it.
  const sample = useMemo(() => {
    if (flow === undefined) return undefined;
    const made = sampleOf(rollout, flow, lastConfirmed.current);
    lastConfirmed.current = made.confirmedPercent;
    return made;
  }, [flow]);
  const exposure = exposureText(rollout);
  const history = useHistory(sample, flow === undefined ? undefined : Date.parse(flow.at));
  return (
    <Card title="Traffic">
      <p class="lead">
        {weightText(rollout) ?? 'No proxy divides the traffic: pods get it by their number.'}
      </p>
      {exposure === undefined ? null : <p class="quiet">The new version: {exposure}.</p>}
      {sample === undefined ? <NoFigures problem={problem} /> : <Charts history={history} />}
      {sample === undefined ? null : <VersionFigures sample={sample} />}
    </Card>
  );
}

function Charts({ history }: { history: readonly Moment<TrafficSample>[] }): JSX.Element {
  const times = useMemo(() => history.map(({ atMs }) => atMs), [history]);
  const { share, errors } = useMemo(() => linesOf(history), [history]);
  return (
    <div class="grid">
      <figure class="chart-figure">
        <figcaption>Share of the new version</figcaption>
        <LineChart
          label="Share of the new version in percent"
          times={times}
          lines={share}
          unit="%"
          max={100}
        />
      </figure>
      <figure class="chart-figure">
        <figcaption>Errors</figcaption>
        <LineChart label="Errors in percent of the requests" times={times} lines={errors} unit="%" />
      </figure>
    </div>
  );
}

function linesOf(history: readonly Moment<TrafficSample>[]): { share: ChartLine[]; errors: ChartLine[] } {
  const values = (read: (sample: TrafficSample) => number | null | undefined): (number | null)[] =>
    history.map(({ value }) => read(value) ?? null);
  return {
    share: [
      { label: 'Measured', colour: '--series-3', values: values((one) => one.measuredPercent) },
      {
        label: 'Confirmed',
        colour: '--series-1',
        values: values((one) => one.confirmedPercent),
        stepped: true,
      },
      ...[{ label: 'Asked', colour: '--series-2', values: values((one) => one.askedPercent) }].map(
        (line) => ({
          ...line,
          ...{ stepped: true, dashed: true },
        }),
      ),
    ],
    errors: [
      { label: 'Stable', colour: '--series-1', values: values(({ stable }) => errorPercent(stable)) },
      { label: 'New', colour: '--series-2', values: values(({ canary }) => errorPercent(canary)) },
    ],
  };
}

function VersionFigures({ sample }: { sample: TrafficSample }): JSX.Element {
  return (
    <div class="scroll-x" tabIndex={0}>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Requests</th>
            <th scope="col">Errors</th>
            <th scope="col">Latency, p95</th>
          </tr>
        </thead>
        <tbody>
          <FigureRow name="Stable" flow={sample.stable} />
          <FigureRow name="New" flow={sample.canary} />
        </tbody>
      </table>
    </div>
  );
}

function FigureRow({ name, flow }: { name: string; flow: FlowSum }): JSX.Element {
  const errors = errorPercent(flow);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{flow.requestsPerSecond.toFixed(1)}/s</td>
      <td>{errors === null ? '–' : `${errors.toFixed(1)} %`}</td>
      <td>{flow.p95Ms === undefined ? '–' : `${flow.p95Ms.toFixed(0)} ms`}</td>
    </tr>
  );
}
