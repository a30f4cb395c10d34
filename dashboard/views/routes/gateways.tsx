// Gateways: where requests come in. The list, or one.
import type { Gateway } from '@gantry/api/kinds/gateway';
import type { HTTPRoute } from '@gantry/api/kinds/http-route';
import type { JSX } from 'preact';
import { useList } from '../../live/use-live.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card, Facts } from '../../parts/card.tsx';
import { ConditionsTable } from '../../parts/conditions-table.tsx';
import { withNames } from '../../parts/name-columns.tsx';
import { ObjectList } from '../../parts/object-list.tsx';
import { crumbOf, ObjectPlace } from '../../parts/object-place.tsx';
import { ObjectTabs } from '../../parts/object-tabs.tsx';
import { objectHref } from '../../shell/route.ts';
import type { ViewArguments } from '../../shell/views.ts';
import { routeSentences } from './route-sentences.ts';
import { standingOf } from './route-standing.ts';
import { SentenceList } from './sentence-list.tsx';

const TITLE = 'Gateways';
const COLUMNS = withNames<Gateway>([
  {
    head: 'Listens on',
    width: 'minmax(5.4rem, 1fr)',
    cell: ({ spec }) => spec.listeners.map(({ port, protocol }) => `${port}/${protocol}`).join(', '),
  },
  {
    head: 'Addresses',
    wide: true,
    cell: ({ status }) => (status?.addresses ?? []).map(({ value }) => value).join(', '),
  },
  {
    head: 'State',
    width: '8rem',
    cell: ({ status }) => {
      const { word, tone } = standingOf(status?.conditions, 'Programmed');
      return <Badge tone={tone}>{word}</Badge>;
    },
  },
]);

/** The view. */
export default function Gateways({ namespace, name }: ViewArguments): JSX.Element {
  if (name === undefined)
    return (
      <ObjectList
        word="gateways"
        title={TITLE}
        lead="Where requests from outside come in: ports and hosts of all nodes."
        columns={COLUMNS}
        empty="There are no Gateways here."
      />
    );
  return (
    <ObjectPlace<Gateway>
      word="gateways"
      namespace={namespace}
      name={name}
      crumb={crumbOf('gateways', TITLE)}
    >
      {(gateway) => (
        <ObjectTabs
          word="gateways"
          title={TITLE}
          object={gateway}
          consequence="All nodes stop listening on its ports; its routes are reached no more."
        >
          {() => <About gateway={gateway} />}
        </ObjectTabs>
      )}
    </ObjectPlace>
  );
}

function About({ gateway }: { gateway: Gateway }): JSX.Element {
  const { spec, status } = gateway;
  return (
    <>
      <Card>
        <Facts
          rows={[
            ['Class', spec.gatewayClassName],
            ['Addresses', (status?.addresses ?? []).map(({ value }) => value).join(', ')],
          ]}
        />
      </Card>
      {spec.listeners.map(({ name, port, protocol, hostname }) => {
        const told = status?.listeners?.find((one) => one.name === name);
        const routes = told === undefined ? '' : `, ${told.attachedRoutes} routes`;
        return (
          <ConditionsTable
            key={name}
            title={`Listener ${name}: ${protocol} on port ${port}, ${hostname === undefined ? 'any host' : `host ${hostname}`}${routes}`}
            conditions={told?.conditions}
          />
        );
      })}
      <Routes gateway={gateway} />
      <ConditionsTable conditions={status?.conditions} />
    </>
  );
}

function Routes({ gateway }: { gateway: Gateway }): JSX.Element {
  const { namespace = '', name } = gateway.metadata;
  const { items } = useList<HTTPRoute>('httproutes');
  const own = items.filter(({ metadata, spec }) =>
    (spec.parentRefs ?? []).some(
      (parent) =>
        (parent.kind ?? 'Gateway') === 'Gateway' &&
        parent.name === name &&
        (parent.namespace ?? metadata.namespace) === namespace,
    ),
  );
  return (
    <Card title="Routes">
      {own.length === 0 ? <p class="quiet">No HTTPRoute names it.</p> : null}
      <ul class="plain-list">
        {own.map((route) => {
          const { namespace: of = '', name: routeName = '' } = route.metadata;
          return (
            <li key={`${of}/${routeName}`}>
              <a href={objectHref('httproutes', of, routeName)}>
                {of === namespace ? routeName : `${of}/${routeName}`}
              </a>
              <SentenceList namespace={of} sentences={routeSentences(route)} />
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
