// The numbers of the analyses against their limits.
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { JSX } from 'preact';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { analysisRows } from './analysis-rows.ts';
import { phaseTone } from './rollout-words.ts';

/** Rows shown. */
const ROWS_MAX = 20;

/** Nothing where there is no analysis. */
export function AnalysisPanel({ runs }: { runs: readonly AnalysisRun[] }): JSX.Element | null {
  if (analysisRows(runs).length === 0) return null;
  return (
    <Card title="Analysis">
      <AnalysisTable runs={runs} />
    </Card>
  );
}

/** The metrics of some runs. */
export function AnalysisTable({ runs }: { runs: readonly AnalysisRun[] }): JSX.Element {
  const rows = analysisRows(runs);
  return (
    <>
      <div class="scroll-x" tabIndex={0}>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col">Phase</th>
              <th scope="col">Measured, newest last</th>
              <th scope="col">Limit</th>
              <th scope="col">Run</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, ROWS_MAX).map(({ key, metric, phase, values, limit, counts, message, run }) => (
              <tr key={key}>
                <th scope="row">{metric}</th>
                <td>
                  <Badge tone={phaseTone(phase)}>{phase}</Badge>
                </td>
                <td>
                  <span class="mono">{values.join('  ') || '–'}</span>
                  <div class="quiet">{[counts, message].filter((text) => text !== '').join(' · ')}</div>
                </td>
                <td>
                  <code>{limit || 'none'}</code>
                </td>
                <td class="quiet">{run}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > ROWS_MAX ? <p class="quiet">and {rows.length - ROWS_MAX} older ones</p> : null}
    </>
  );
}
