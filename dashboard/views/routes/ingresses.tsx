// Ingresses: hosts and paths, and where they go. The list, or one.
import type { Ingress } from '@gantry/api/kinds/ingress';
import type { JSX } from 'preact';
import { Card, Facts } from '../../parts/card.tsx';
import { withNames } from '../../parts/name-columns.tsx';
import { ObjectList } from '../../parts/object-list.tsx';
import { crumbOf, ObjectPlace } from '../../parts/object-place.tsx';
import { ObjectTabs } from '../../parts/object-tabs.tsx';
import type { ViewArguments } from '../../shell/views.ts';
import { objectHref } from '../../shell/route.ts';
import { ingressSentences } from './route-sentences.ts';
import { SentenceList } from './sentence-list.tsx';

const TITLE = 'Ingresses';
const COLUMNS = withNames<Ingress>([
  { head: 'Hosts', cell: hostsText },
  { head: 'Address', cell: addressesText },
  { head: 'Class', wide: true, width: '7rem', cell: ({ spec }) => spec?.ingressClassName ?? 'none' },
]);

/** The view. */
export default function Ingresses({ namespace, name }: ViewArguments): JSX.Element {
  if (name === undefined)
    return (
      <ObjectList
        word="ingresses"
        title={TITLE}
        lead="Hosts and paths on ports 80 and 443 of all nodes."
        columns={COLUMNS}
        empty="There are no Ingresses here."
      />
    );
  return (
    <ObjectPlace<Ingress>
      word="ingresses"
      namespace={namespace}
      name={name}
      crumb={crumbOf('ingresses', TITLE)}
    >
      {(ingress) => (
        <ObjectTabs
          word="ingresses"
          title={TITLE}
          object={ingress}
          consequence="Its hosts and paths are answered with 404 from then on."
        >
          {() => <About ingress={ingress} />}
        </ObjectTabs>
      )}
    </ObjectPlace>
  );
}

function About({ ingress }: { ingress: Ingress }): JSX.Element {
  const { namespace = '' } = ingress.metadata;
  const { spec } = ingress;
  const address = addressesText(ingress);
  return (
    <>
      <Card>
        <Facts
          rows={[
            ['Class', spec?.ingressClassName ?? 'none: nobody makes it work'],
            ['Address', address === '' ? 'none yet' : address],
            [
              'TLS',
              spec?.tls?.map(({ secretName = '', hosts = [] }) => (
                <div key={secretName}>
                  <a href={objectHref('secrets', namespace, secretName)}>{secretName}</a> for{' '}
                  {hosts.join(', ') || 'all hosts'}
                </div>
              )),
            ],
          ]}
        />
      </Card>
      <Card title="Rules">
        <SentenceList namespace={namespace} sentences={ingressSentences(ingress)} />
      </Card>
    </>
  );
}

function hostsText({ spec }: Ingress): string {
  const hosts = (spec?.rules ?? []).flatMap(({ host }) => host ?? []);
  return hosts.length === 0 ? 'any' : hosts.join(', ');
}

function addressesText({ status }: Ingress): string {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []).join(', ');
}
