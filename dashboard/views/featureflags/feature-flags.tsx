// Feature flags: all of them, one FeatureFlag object, or one flag in it (`?flag=KEY`).
import type { JSX } from 'preact';
import { usePage } from '../../shell/page.ts';
import type { ViewArguments } from '../../shell/views.ts';
import { FlagList } from './flag-list.tsx';
import { FlagObjectPage } from './flag-object-page.tsx';
import { FlagPage } from './flag-page.tsx';
import './flags.css';

/** The view. */
export default function FeatureFlags({ namespace, name }: ViewArguments): JSX.Element {
  const { router } = usePage();
  if (name === undefined) return <FlagList />;
  const key = router.route.value.query.get('flag');
  if (key === null) return <FlagObjectPage namespace={namespace} name={name} />;
  return <FlagPage key={key} namespace={namespace} name={name} flagKey={key} />;
}
