// Nodes: the list, or one.
import type { JSX } from 'preact';
import type { ViewArguments } from '../../shell/views.ts';
import { NodeList } from './node-list.tsx';
import { NodePage } from './node-page.tsx';

/** The view. */
export default function Nodes({ name }: ViewArguments): JSX.Element {
  return name === undefined ? <NodeList /> : <NodePage name={name} />;
}
