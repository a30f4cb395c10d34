// Every change of a FeatureFlag, or of one of its flags, with who and why; and the way back to any of them.
import { HISTORY_OF_LABEL, historyOf, type HistoryEntry } from '@gantry/api/change-history';
import { revertedFlags, revertReason, specAtRevision } from '@gantry/api/flags/revert-flags';
import { specChanges } from '@gantry/api/flags/rule-changes';
import type { ControllerRevision } from '@gantry/api/kinds/controller-revision';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { useList } from '../../live/use-live.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Age } from '../../parts/age.tsx';
import { Card, Empty } from '../../parts/card.tsx';
import { EDIT_MANAGER } from '../../parts/yaml/write-object.ts';
import { objectPath, RESOURCES } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';
import { ReasonField } from './change-button.tsx';

interface HistoryPanelProps {
  object: FeatureFlag;
  /** Only changes of this flag. */
  flagKey?: string;
}

/** The card. */
export function HistoryPanel({ object, flagKey }: HistoryPanelProps): JSX.Element {
  const { namespace, uid = '', generation } = object.metadata;
  const { items, synced, problem } = useList<ControllerRevision>('controllerrevisions', {
    ...(namespace === undefined ? {} : { namespace }),
    labelSelector: `${HISTORY_OF_LABEL}=${uid}`,
  });
  const entries = useMemo(() => historyOf(items), [items]);
  const shown = useMemo(
    () =>
      entries
        .map((entry) => ({ entry, changes: changesOf(entry, flagKey) }))
        .filter(({ changes }) => flagKey === undefined || changes.length > 0)
        .reverse(),
    [entries, flagKey],
  );
  return (
    <Card title="History">
      {shown.length === 0 ? (
        <Empty>{problem ?? (synced ? 'No change has been recorded.' : 'Loading …')}</Empty>
      ) : (
        <ol class="history" reversed>
          {shown.map(({ entry, changes }) => (
            <li key={entry.revision}>
              <strong>#{entry.revision}</strong>
              <div>
                <strong>{entry.by}</strong>{' '}
                <span class="quiet">
                  <Age since={entry.at} /> ago
                </span>
                {entry.reason === undefined ? null : <div>“{entry.reason}”</div>}
                <ul>
                  {changes.map((change) => (
                    <li key={change}>{change}</li>
                  ))}
                </ul>
              </div>
              {entry.revision === generation ? (
                <span class="quiet">now</span>
              ) : (
                <RevertButton object={object} entries={entries} entry={entry} />
              )}
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function changesOf({ changes }: HistoryEntry, flagKey: string | undefined): readonly string[] {
  if (flagKey === undefined) return changes;
  const start = `flag ${flagKey}: `;
  return changes.filter((change) => change.startsWith(start)).map((change) => change.slice(start.length));
}

interface RevertButtonProps {
  object: FeatureFlag;
  entries: readonly HistoryEntry[];
  entry: HistoryEntry;
}

function RevertButton({ object, entries, entry }: RevertButtonProps): JSX.Element | null {
  const { request, access } = usePage();
  const reason = useRef('');
  const { namespace, name = '' } = object.metadata;
  const to = String(entry.revision);
  const kept = specAtRevision(entries, to);
  if (!('spec' in kept)) return <span class="quiet">too large to be kept</span>;
  const changes = specChanges(object.spec, kept.spec);
  if (changes.length === 0) return <span class="quiet">the same as now</span>;
  const query = new URLSearchParams({ fieldManager: EDIT_MANAGER, fieldValidation: 'Strict' });
  return (
    <ActionButton
      label="Revert to this"
      question={`Make all flags of ${name} what they were at #${to}?`}
      allowed={access.may('update', RESOURCES.featureflags, namespace, name)}
      confirm={() => {
        reason.current = '';
        return (
          <>
            This is a change of its own, with an entry of its own. What will change:
            <ul>
              {changes.map((change) => (
                <li key={change}>{change}</li>
              ))}
            </ul>
            <ReasonField onChange={(text) => (reason.current = text)} />
          </>
        );
      }}
      run={() => {
        const why = revertReason(to, reason.current === '' ? undefined : reason.current);
        return request(`${objectPath(RESOURCES.featureflags, namespace, name)}?${query}`, {
          method: 'PUT',
          body: revertedFlags(object, kept.spec, why),
        });
      }}
      done={`${name} is as it was at #${to}.`}
    />
  );
}
