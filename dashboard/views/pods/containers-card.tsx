// A card for each container: state, image, restarts, resources, probes.
import type { Event } from '@gantry/api/kinds/event';
import type { Pod } from '@gantry/api/kinds/pod';
import type { JSX } from 'preact';
import { useList } from '../../live/use-live.ts';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Card, Facts } from '../../parts/card.tsx';
import { isUnheard } from '../../parts/pod-words.ts';
import {
  containersOf,
  lastHeard,
  probesOf,
  stateText,
  type ContainerView,
  type ProbeView,
  type StateText,
} from './container-facts.ts';

/** The containers of a pod. */
export function ContainerCards({ pod }: { pod: Pod }): JSX.Element {
  const { namespace = '', name = '' } = pod.metadata;
  const { items } = useList<Event>('events', {
    namespace,
    fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${name}`,
  });
  return (
    <>
      {containersOf(pod).map((view) => (
        <ContainerCard key={view.container.name} view={view} events={items} unheard={isUnheard(pod)} />
      ))}
    </>
  );
}

interface ContainerCardProps {
  view: ContainerView;
  events: readonly Event[];
  /** Whether its node has fallen silent. */
  unheard: boolean;
}

function ContainerCard({ view, events, unheard }: ContainerCardProps): JSX.Element {
  const { container, status, isInit } = view;
  const told = stateText(status?.state);
  const state = unheard && told !== undefined ? lastHeard(told) : told;
  const last = stateText(status?.lastState);
  const { requests, limits } = container.resources ?? {};
  const ports = (container.ports ?? []).map(
    ({ containerPort, protocol = 'TCP', name }) =>
      `${containerPort}/${protocol}${name === undefined ? '' : ` (${name})`}`,
  );
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  const lines = [
    ['State', state === undefined ? 'not reported yet' : <StateLine state={state} />],
    ['Last run', last === undefined ? undefined : <StateLine state={last} />],
  ] as const;
  const rows = [
    ['Restarts', String(status?.restartCount ?? 0)],
    ['Image', <code key="image">{container.image}</code>],
    ['Ports', ports.join(', ')],
    ['Command', words.length === 0 ? undefined : <code key="words">{words.join(' ')}</code>],
    ['Asks for', amountsText(requests)],
    ['May use', amountsText(limits) ?? 'without limit'],
  ] as const;
  return (
    <Card title={`${isInit ? 'Init container' : 'Container'} ${container.name}`}>
      <div class="fact-lines">
        <Facts rows={lines} />
      </div>
      <Facts rows={rows} />
      {unheard ? null : <Probes probes={probesOf(view, events)} />}
    </Card>
  );
}

function StateLine({ state: { word, tone, detail, since } }: { state: StateText }): JSX.Element {
  return (
    <span>
      <Badge tone={tone}>{word}</Badge> {detail}
      {since === undefined ? null : (
        <span class="quiet">
          {' '}
          {word === 'Running' ? 'for ' : ''}
          <Age since={since} />
          {word === 'Running' ? '' : ' ago'}
        </span>
      )}
    </span>
  );
}

function Probes({ probes }: { probes: readonly ProbeView[] }): JSX.Element | null {
  if (probes.length === 0)
    return <p class="quiet container-note">No probes: it is ready as soon as it runs.</p>;
  return (
    <ul class="probes">
      {probes.map(({ kind, settings, verdict, tone, failure }) => (
        <li key={kind}>
          <div>
            <Badge tone={tone}>{kind}</Badge> {verdict}
          </div>
          <code>{settings}</code>
          {failure === undefined ? null : (
            <div class="quiet">
              Failed <Age since={failure.at} /> ago
              {failure.count > 1 ? `, ${failure.count} times` : ''}:{' '}
              <span class="said">{failure.message}</span>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function amountsText(amounts: Readonly<Record<string, string>> | undefined): string | undefined {
  const entries = Object.entries(amounts ?? {});
  return entries.length === 0 ? undefined : entries.map(([name, amount]) => `${name} ${amount}`).join(', ');
}
