// What leads to a Service, and whether all proxies know of it.
import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { HTTPRoute } from '@gantry/api/kinds/http-route';
import type { Ingress } from '@gantry/api/kinds/ingress';
import type { Node } from '@gantry/api/kinds/node';
import type { Service } from '@gantry/api/kinds/service';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useList } from '../../live/use-live.ts';
import { Card } from '../../parts/card.tsx';
import { RESOURCES } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';
import { objectHref } from '../../shell/route.ts';
import { leadsTo } from '../routes/leads-to.ts';
import { SentenceList } from '../routes/sentence-list.tsx';
import { confirmation, confirmationText, type Waited } from './confirmed.ts';

/** Where nodes show that they are alive. */
const LEASES_IN = 'kube-node-lease';

/** The card. */
export function LeadsPanel({
  service,
  slices,
}: {
  service: Service;
  slices: readonly EndpointSlice[];
}): JSX.Element {
  const { namespace = '', name = '' } = service.metadata;
  const splits = useList<TrafficSplit>('trafficsplits', { namespace });
  const routes = useList<HTTPRoute>('httproutes');
  const ingresses = useList<Ingress>('ingresses', { namespace });
  const leads = useMemo(
    () =>
      leadsTo(
        { namespace, name },
        { routes: routes.items, ingresses: ingresses.items, splits: splits.items },
      ),
    [namespace, name, routes.items, ingresses.items, splits.items],
  );
  const own = splits.items.find(({ spec }) => spec.service === name);
  return (
    <Card title="What leads here">
      <ul class="plain-list">
        <li>
          Its own address and name, to its endpoints: <Confirmed waited={{ endpointsAt: newest(slices) }} />.
        </li>
        {leads.map((lead) => (
          <li key={`${lead.word} ${lead.namespace}/${lead.name}`}>
            {lead.kind} <a href={objectHref(lead.word, lead.namespace, lead.name)}>{lead.name}</a>
            {lead.word === 'trafficsplits' && lead.name === own?.metadata.name ? (
              <>
                , which divides all that is sent to this Service:{' '}
                <Confirmed waited={{ splitAt: Number(own.metadata.resourceVersion ?? 0) }} />.
              </>
            ) : null}
            <SentenceList namespace={lead.namespace} sentences={lead.sentences} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function newest(slices: readonly EndpointSlice[]): number {
  return slices.reduce((most, { metadata }) => Math.max(most, Number(metadata.resourceVersion ?? 0)), 0);
}

/** Only for those who may see how far the nodes are. */
function Confirmed({ waited }: { waited: Waited }): JSX.Element {
  const { access } = usePage();
  const may = access.may('list', RESOURCES.leases, LEASES_IN) && access.may('list', RESOURCES.nodes);
  const nodes = useList<Node>('nodes', may ? {} : undefined);
  const leases = useList('leases', may ? { namespace: LEASES_IN, metadataOnly: true } : undefined);
  if (!may) return <span class="quiet">you may not see how far the proxies are</span>;
  if (!nodes.synced || !leases.synced) return <span class="quiet">asking the proxies …</span>;
  const found = confirmation(nodes.items, leases.items, waited);
  return <span class={found.behind.length > 0 ? 'warn-text' : ''}>{confirmationText(found)}</span>;
}
