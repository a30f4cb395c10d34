// TrafficSplits: how the requests of a Service are divided. The list, or one.
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { JSX } from 'preact';
import { Card, Facts } from '../../parts/card.tsx';
import { withNames } from '../../parts/name-columns.tsx';
import { ObjectList } from '../../parts/object-list.tsx';
import { crumbOf, ObjectPlace } from '../../parts/object-place.tsx';
import { ObjectTabs } from '../../parts/object-tabs.tsx';
import { ownerLink } from '../../parts/owner-link.tsx';
import { objectHref } from '../../shell/route.ts';
import type { ViewArguments } from '../../shell/views.ts';
import { splitSentences, targetText } from './route-sentences.ts';
import { SentenceList } from './sentence-list.tsx';

const TITLE = 'Traffic splits';
const COLUMNS = withNames<TrafficSplit>([
  {
    head: 'Service',
    width: 'minmax(4.4rem, 1fr)',
    cell: ({ spec }) => spec.service,
    sort: ({ spec }) => spec.service,
  },
  {
    head: 'Goes to',
    width: 'minmax(8rem, 2fr)',
    cell: (split) => (splitSentences(split).at(-1)?.targets ?? []).map(targetText).join(', '),
  },
]);

/** The view. */
export default function TrafficSplits({ namespace, name }: ViewArguments): JSX.Element {
  if (name === undefined)
    return (
      <ObjectList
        word="trafficsplits"
        title={TITLE}
        lead="How the requests of a Service are divided, wherever it is reached. Rollouts keep them."
        columns={COLUMNS}
        empty="No traffic is divided here."
      />
    );
  return (
    <ObjectPlace<TrafficSplit>
      word="trafficsplits"
      namespace={namespace}
      name={name}
      crumb={crumbOf('trafficsplits', TITLE)}
    >
      {(split) => (
        <ObjectTabs
          word="trafficsplits"
          title={TITLE}
          object={split}
          consequence="All requests go to the pods of the Service itself again. A rollout that keeps it makes it anew."
        >
          {() => (
            <>
              <Card>
                <Facts
                  rows={[
                    [
                      'Service',
                      <a href={objectHref('services', namespace, split.spec.service)}>
                        {split.spec.service}
                      </a>,
                    ],
                    ['Kept by', ownerLink(split.metadata)],
                  ]}
                />
              </Card>
              <Card title="Rules: the first that fits a request counts">
                <SentenceList namespace={namespace ?? ''} sentences={splitSentences(split)} />
              </Card>
            </>
          )}
        </ObjectTabs>
      )}
    </ObjectPlace>
  );
}
