// What goes through one Service: by revision, now and over the last minutes.
import type { Endpoint } from '@gantry/api/kinds/endpoint-slice';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Service } from '@gantry/api/kinds/service';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { RevisionFlow, TrafficFlow } from '../../live/traffic.ts';
import { useHistory, type Moment } from '../../live/use-history.ts';
import { useLatest, useList } from '../../live/use-live.ts';
import { Card, Empty } from '../../parts/card.tsx';
import { LineChart, type ChartLine } from '../../parts/line-chart.tsx';
import { Meter } from '../../parts/meter.tsx';
import { NoFigures } from '../../parts/no-figures.tsx';
import { errorsText, latencyText, rateText } from './flow-text.ts';
import { linesOf, MEASURES, type Measure } from './flow-lines.ts';
import { hashesOf, revisionName, revisionRows, type RevisionRow } from './revision-rows.ts';

interface ServiceTrafficProps {
  service: Service;
  endpoints: readonly Endpoint[];
}

/** The card. */
export function ServiceTraffic({ service, endpoints }: ServiceTrafficProps): JSX.Element {
  const { namespace = '', name = '' } = service.metadata;
  const { figures: flow, problem } = useLatest<TrafficFlow>(
    `/gantry/v1/live/traffic?namespace=${encodeURIComponent(namespace)}`,
  );
  const flows = useMemo(
    () =>
      flow === undefined
        ? undefined
        : (flow.services.find((one) => one.name === name && one.namespace === namespace)?.revisions ?? []),
    [flow, name, namespace],
  );
  const history = useHistory(flows, flow === undefined ? undefined : Date.parse(flow.at));
  const selector = Object.entries(service.spec.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  const pods = useList<Pod>(
    'pods',
    selector.length === 0 ? undefined : { namespace, labelSelector: selector.join(',') },
  );
  const rows = useMemo(
    () => revisionRows(endpoints, hashesOf(pods.items), flows ?? []),
    [endpoints, pods.items, flows],
  );
  return (
    <Card title="Who gets what">
      {rows.length === 0 ? <Empty>No pod stands behind it.</Empty> : <RevisionTable rows={rows} />}
      {flows === undefined ? <NoFigures problem={problem} /> : <FlowChart history={history} />}
    </Card>
  );
}

function RevisionTable({ rows }: { rows: readonly RevisionRow[] }): JSX.Element {
  return (
    <div class="scroll-x" tabIndex={0}>
      <table class="plain-table">
        <thead>
          <tr>
            {['Revision', 'Endpoints', 'Share', 'Requests', 'Errors', 'Latency, p95'].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ hash, ready, endpoints, flow, sharePercent }) => (
            <tr key={hash}>
              <th scope="row">{revisionName(hash)}</th>
              <td>
                {ready}/{endpoints} ready
              </td>
              <td>
                {sharePercent === undefined ? (
                  '–'
                ) : (
                  <Meter
                    label={`Share of ${revisionName(hash)}`}
                    part={sharePercent}
                    whole={100}
                    text={`${sharePercent.toFixed(0)} %`}
                    isPlain
                  />
                )}
              </td>
              <td>{flow === undefined ? '–' : rateText(flow.requestsPerSecond)}</td>
              <td>{flow === undefined ? '–' : errorsText(flow)}</td>
              <td>{latencyText(flow?.p95Ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FlowChart({ history }: { history: readonly Moment<readonly RevisionFlow[]>[] }): JSX.Element | null {
  const [measure, setMeasure] = useState<Measure>('requests');
  const times = useMemo(() => history.map(({ atMs }) => atMs), [history]);
  const lines: ChartLine[] = useMemo(() => linesOf(history, measure), [history, measure]);
  if (lines.length === 0) return <p class="quiet">Nobody has sent it anything since this page was opened.</p>;
  const { label, unit } = MEASURES[measure];
  return (
    <>
      <div class="actions" role="group" aria-label="What is drawn">
        {(Object.keys(MEASURES) as Measure[]).map((one) => (
          <button
            key={one}
            type="button"
            class={one === measure ? 'button small primary' : 'button small plain'}
            aria-pressed={one === measure}
            onClick={() => setMeasure(one)}
          >
            {MEASURES[one].label}
          </button>
        ))}
      </div>
      <LineChart key={measure} label={`${label} by revision`} times={times} lines={lines} unit={unit} />
    </>
  );
}
