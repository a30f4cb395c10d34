// The frame of the pages of routes, Gateways, Ingresses and splits: title, content, events, YAML.
import type { ComponentChildren, JSX } from 'preact';
import type { LiveObject } from '../live/collection-state.ts';
import { DeleteButton } from './delete-button.tsx';
import { EventsOf } from './events-of.tsx';
import { crumbOf } from './object-place.tsx';
import { Tabs } from './tabs.tsx';
import { View } from './view.tsx';
import { YamlTab } from './yaml-tab.tsx';
import { RESOURCES, type ResourceWord } from '../request/resource-paths.ts';

interface ObjectTabsProps {
  word: ResourceWord;
  /** Of the list. */
  title: string;
  object: LiveObject;
  /** What deleting it does. */
  consequence: string;
  children: () => ComponentChildren;
}

/** The page around `children`. */
export function ObjectTabs({ word, title, object, consequence, children }: ObjectTabsProps): JSX.Element {
  const { namespace, name = '', uid } = object.metadata;
  const { kind } = RESOURCES[word];
  return (
    <View
      title={name}
      crumb={crumbOf(word, title)}
      lead={`${kind} in ${namespace ?? ''}`}
      actions={<DeleteButton word={word} object={object} consequence={consequence} />}
    >
      <Tabs
        label={`Parts of the ${kind}`}
        tabs={[
          { id: 'about', label: 'About', content: children },
          {
            id: 'events',
            label: 'Events',
            content: () => <EventsOf namespace={namespace} kind={kind} name={name} uid={uid} />,
          },
          {
            id: 'yaml',
            label: 'YAML',
            content: () => (
              <YamlTab word={word} name={name} {...(namespace === undefined ? {} : { namespace })} />
            ),
          },
        ]}
      />
    </View>
  );
}
