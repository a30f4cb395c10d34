// What goes through all Services: requests, errors, latency, now and over the last minutes.
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { sumOfFlow, type TrafficFlow } from '../../live/traffic.ts';
import { useHistory } from '../../live/use-history.ts';
import { useLatest } from '../../live/use-live.ts';
import { Card, Figure } from '../../parts/card.tsx';
import { LineChart } from '../../parts/line-chart.tsx';
import { NoFigures } from '../../parts/no-figures.tsx';
import { usePage } from '../../shell/page.ts';

/** The card. */
export function TrafficCard(): JSX.Element {
  const { namespace } = usePage();
  const query = namespace.value === '' ? '' : `?namespace=${encodeURIComponent(namespace.value)}`;
  const { figures: flow, problem } = useLatest<TrafficFlow>(`/gantry/v1/live/traffic${query}`);
  const sum = useMemo(() => (flow === undefined ? undefined : sumOfFlow(flow)), [flow]);
  const history = useHistory(sum, flow === undefined ? undefined : Date.parse(flow.at));
  const times = useMemo(() => history.map(({ atMs }) => atMs), [history]);
  const lines = useMemo(
    () => [
      {
        label: 'Requests',
        colour: '--series-1',
        values: history.map(({ value }) => value.requestsPerSecond),
      },
      { label: 'Errors', colour: '--series-2', values: history.map(({ value }) => value.errorsPerSecond) },
    ],
    [history],
  );
  if (sum === undefined)
    return (
      <Card title="Traffic">
        <NoFigures problem={problem} />
      </Card>
    );
  const share = sum.requestsPerSecond === 0 ? 0 : (100 * sum.errorsPerSecond) / sum.requestsPerSecond;
  return (
    <Card title="Traffic" actions={<a href="/dashboard/services">All services</a>}>
      <div class="figures">
        <Figure label="Requests" value={`${round(sum.requestsPerSecond)}/s`} />
        <Figure label="Errors" value={`${round(share)} %`} tone={share > 1 ? 'bad' : ''} />
        <Figure label="Latency, p95" value={sum.p95Ms === undefined ? '–' : `${round(sum.p95Ms)} ms`} />
      </div>
      <LineChart label="Requests and errors a second" times={times} lines={lines} unit="/s" />
    </Card>
  );
}

const round = (value: number): number => (value >= 100 ? Math.round(value) : Math.round(value * 10) / 10);
