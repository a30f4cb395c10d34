// How objects are called in answers: `pod/web-1`, `deployment.apps/web`. Pure.
import { resourceIdOf, type KindDefinition } from '@gantry/api/definition';

/** `deployment.apps/web`. */
export function objectLabel(definition: KindDefinition, name: string): string {
  return `${resourceIdOf({ ...definition, resource: definition.singular })}/${name}`;
}
