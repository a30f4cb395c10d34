// HTTPRoutes: which requests go where. The list, or one.
import { parentText } from '@gantry/api/gateway/parent-text';
import type { HTTPRoute } from '@gantry/api/kinds/http-route';
import type { JSX } from 'preact';
import { Badge } from '../../parts/badge.tsx';
import { Card, Facts } from '../../parts/card.tsx';
import { ConditionsTable } from '../../parts/conditions-table.tsx';
import { withNames } from '../../parts/name-columns.tsx';
import { ObjectList } from '../../parts/object-list.tsx';
import { crumbOf, ObjectPlace } from '../../parts/object-place.tsx';
import { ObjectTabs } from '../../parts/object-tabs.tsx';
import type { ViewArguments } from '../../shell/views.ts';
import { parentHref } from './parent-href.ts';
import { routeSentences } from './route-sentences.ts';
import { routeStanding } from './route-standing.ts';
import { SentenceList } from './sentence-list.tsx';

const TITLE = 'HTTP routes';
const COLUMNS = withNames<HTTPRoute>([
  { head: 'Hosts', cell: ({ spec }) => (spec.hostnames ?? []).join(', ') || 'any' },
  {
    head: 'Belongs to',
    wide: true,
    cell: ({ spec }) => (spec.parentRefs ?? []).map(parentText).join('; ') || 'nothing',
  },
  {
    head: 'State',
    width: '7.5rem',
    cell: (route) => {
      const { word, tone } = routeStanding(route);
      return <Badge tone={tone}>{word}</Badge>;
    },
    sort: (route) => routeStanding(route).word,
  },
]);

/** The view. */
export default function HttpRoutes({ namespace, name }: ViewArguments): JSX.Element {
  if (name === undefined)
    return (
      <ObjectList
        word="httproutes"
        title={TITLE}
        lead="Which requests go to which Services."
        columns={COLUMNS}
        empty="There are no HTTPRoutes here."
      />
    );
  return (
    <ObjectPlace<HTTPRoute>
      word="httproutes"
      namespace={namespace}
      name={name}
      crumb={crumbOf('httproutes', TITLE)}
    >
      {(route) => (
        <ObjectTabs
          word="httproutes"
          title={TITLE}
          object={route}
          consequence="Its requests are answered by other routes, or with 404."
        >
          {() => <About route={route} />}
        </ObjectTabs>
      )}
    </ObjectPlace>
  );
}

function About({ route }: { route: HTTPRoute }): JSX.Element {
  const { namespace = '' } = route.metadata;
  const { spec, status } = route;
  return (
    <>
      <Card>
        <Facts
          rows={[
            ['Hosts', (spec.hostnames ?? []).join(', ') || 'any'],
            [
              'Belongs to',
              (spec.parentRefs ?? []).map((parent) => (
                <div key={parentText(parent)}>
                  <a href={parentHref(parent, namespace)}>{parentText(parent)}</a>
                </div>
              )),
            ],
          ]}
        />
      </Card>
      <Card title="Rules">
        <SentenceList namespace={namespace} sentences={routeSentences(route)} />
      </Card>
      {(status?.parents ?? []).map(({ parentRef, conditions }) => (
        <ConditionsTable
          key={parentText(parentRef)}
          title={`Told of ${parentText(parentRef)}`}
          conditions={conditions}
        />
      ))}
      {(status?.parents ?? []).length === 0 ? (
        <Card title="Told of its parents">
          <p class="quiet">Nobody has looked at it yet: is there a Gateway of the class “gantry”?</p>
        </Card>
      ) : null}
    </>
  );
}
