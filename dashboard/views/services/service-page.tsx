// One Service: who sends what to whom, which pods stand behind it, and what leads to it.
import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Service } from '@gantry/api/kinds/service';
import { SERVICE_NAME_LABEL } from '@gantry/api/proxy-marks';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useList } from '../../live/use-live.ts';
import { Age } from '../../parts/age.tsx';
import { Card, Facts } from '../../parts/card.tsx';
import { DeleteButton } from '../../parts/delete-button.tsx';
import { EventsOf } from '../../parts/events-of.tsx';
import { Labels, LabelsCard } from '../../parts/labels.tsx';
import { crumbOf, ObjectPlace } from '../../parts/object-place.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { View } from '../../parts/view.tsx';
import { YamlTab } from '../../parts/yaml-tab.tsx';
import { EndpointTable } from './endpoint-table.tsx';
import { LeadsPanel } from './leads-panel.tsx';
import { endpointsByService, addressText, portsText } from './service-rows.ts';
import { ServiceTraffic } from './service-traffic.tsx';

interface ServicePageProps {
  namespace: string | undefined;
  name: string;
}

/** The page. */
export function ServicePage({ namespace, name }: ServicePageProps): JSX.Element {
  return (
    <ObjectPlace<Service>
      word="services"
      namespace={namespace}
      name={name}
      crumb={crumbOf('services', 'Services')}
    >
      {(service) => <Shown service={service} />}
    </ObjectPlace>
  );
}

function Shown({ service }: { service: Service }): JSX.Element {
  const { namespace = '', name = '', uid } = service.metadata;
  const slices = useList<EndpointSlice>('endpointslices', {
    namespace,
    labelSelector: `${SERVICE_NAME_LABEL}=${name}`,
  });
  const endpoints = useMemo(
    () => endpointsByService(slices.items).get(`${namespace}/${name}`) ?? [],
    [slices.items, namespace, name],
  );
  return (
    <View
      title={name}
      crumb={crumbOf('services', 'Services')}
      lead={`Service in ${namespace}`}
      actions={
        <DeleteButton
          word="services"
          object={service}
          consequence="Its address and name stop working at once. The pods behind it go on running."
        />
      }
    >
      <Tabs
        label="Parts of the Service"
        tabs={[
          {
            id: 'traffic',
            label: 'Traffic',
            content: () => (
              <>
                <FactsCard service={service} />
                <ServiceTraffic service={service} endpoints={endpoints} />
                <LeadsPanel service={service} slices={slices.items} />
              </>
            ),
          },
          {
            id: 'endpoints',
            label: 'Endpoints',
            content: () => (
              <Card flush>
                <EndpointTable namespace={namespace} endpoints={endpoints} synced={slices.synced} />
              </Card>
            ),
          },
          {
            id: 'events',
            label: 'Events',
            content: () => <EventsOf namespace={namespace} kind="Service" name={name} uid={uid} />,
          },
          {
            id: 'yaml',
            label: 'YAML',
            content: () => <YamlTab word="services" namespace={namespace} name={name} />,
          },
        ]}
      />
    </View>
  );
}

function FactsCard({ service }: { service: Service }): JSX.Element {
  const { spec, metadata } = service;
  return (
    <>
      <Card>
        <Facts
          rows={[
            ['Type', spec.clusterIP === 'None' ? 'Headless' : (spec.type ?? 'ClusterIP')],
            ['Address', addressText(service)],
            ['Ports', portsText(service)],
            ['DNS', `${metadata.name ?? ''}.${metadata.namespace ?? ''}.svc.cluster.local`],
            ['Pods with', <Labels labels={spec.selector} />],
            ['Affinity', spec.sessionAffinity === 'ClientIP' ? 'clients stay with their pod' : undefined],
            ['Made', <Age since={metadata.creationTimestamp} />],
          ]}
        />
      </Card>
      <LabelsCard metadata={metadata} />
    </>
  );
}
