// The pod that a controller makes from its template. Pure: the name is an argument.
import type { KindDefinition } from '@gantry/api/definition';
import type { Pod, PodTemplateSpec } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import { controllerReference } from '@gantry/api/owner-references';
import type { Ids } from '@gantry/kit/random';

/** Kubernetes cuts the owner's name so that name and suffix fit a host name of 63 characters. */
const BASE_LENGTH_MAX = 57;
const SUFFIX_LENGTH = 5;

/** `<owner>-<5 characters>`. */
export function generatedPodName(owner: AnyObject, ids: Ids): string {
  return `${prefixOf(owner)}${ids.suffix(SUFFIX_LENGTH)}`;
}

/** A pod of the owner's template, in the owner's namespace and under its control. */
export function podFromTemplate(
  definition: KindDefinition,
  owner: AnyObject,
  template: PodTemplateSpec,
  name: string,
): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const { namespace } = owner.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: prefixOf(owner),
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(definition, owner)],
    },
    spec: template.spec,
  };
}

function prefixOf(owner: AnyObject): string {
  return `${(owner.metadata.name ?? '').slice(0, BASE_LENGTH_MAX)}-`;
}
