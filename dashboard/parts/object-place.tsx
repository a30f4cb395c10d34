// The page of one object while it is there; what is said before it is known and after it has gone.
import type { ComponentChildren, JSX } from 'preact';
import type { LiveObject } from '../live/collection-state.ts';
import { useObject } from '../live/use-live.ts';
import { RESOURCES, type ResourceWord } from '../request/resource-paths.ts';
import { hrefOf } from '../shell/route.ts';
import { Empty } from './card.tsx';
import { View } from './view.tsx';

interface ObjectPlaceProps<T> {
  word: ResourceWord;
  namespace: string | undefined;
  name: string;
  /** The list that it belongs to. */
  crumb: { href: string; text: string };
  children: (object: T) => ComponentChildren;
}

/** Shows the object by `children`. */
export function ObjectPlace<T extends LiveObject>(props: ObjectPlaceProps<T>): JSX.Element {
  const { word, namespace, name, crumb, children } = props;
  const { object, missing, problem } = useObject<T>(word, namespace, name);
  if (object !== undefined) return <>{children(object)}</>;
  const { kind } = RESOURCES[word];
  return (
    <View title={name} crumb={crumb}>
      <Empty>
        {problem ??
          (missing
            ? `There is no ${kind} of this name${namespace === undefined ? '' : ` in ${namespace}`}, or no longer.`
            : 'Loading …')}
      </Empty>
    </View>
  );
}

/** The crumb of a list. */
export function crumbOf(word: string, text: string): { href: string; text: string } {
  return { href: hrefOf([word]), text };
}
