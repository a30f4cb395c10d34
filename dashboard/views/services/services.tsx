// Services: the list, or one.
import type { JSX } from 'preact';
import type { ViewArguments } from '../../shell/views.ts';
import { ServiceList } from './service-list.tsx';
import { ServicePage } from './service-page.tsx';

/** The view. */
export default function Services({ namespace, name }: ViewArguments): JSX.Element {
  return name === undefined ? <ServiceList /> : <ServicePage namespace={namespace} name={name} />;
}
