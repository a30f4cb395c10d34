// Who manages an object, as a link where the page has a view of that kind.
import type { ObjectMeta } from '@gantry/api/meta';
import { controllerOf } from '@gantry/api/owner-references';
import type { JSX } from 'preact';
import { RESOURCES, resourceOfKind } from '../request/resource-paths.ts';
import { objectHref } from '../shell/route.ts';

/** `ReplicaSet web-5d9`; undefined for objects that nobody manages. */
export function ownerLink(metadata: ObjectMeta): JSX.Element | undefined {
  const owner = controllerOf({ metadata });
  if (owner === undefined) return undefined;
  const word = resourceOfKind(owner.kind);
  const text = `${owner.kind} ${owner.name}`;
  if (word === undefined) return <span>{text}</span>;
  const namespace = RESOURCES[word].namespaced ? metadata.namespace : undefined;
  return <a href={objectHref(word, namespace, owner.name)}>{text}</a>;
}
