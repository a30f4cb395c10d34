// The address of one flag. Pure.
import { hrefOf } from '../../shell/route.ts';

/** Of a flag in a FeatureFlag. */
export function flagHref(namespace: string | undefined, object: string, key: string): string {
  return hrefOf(['featureflags', namespace ?? '-', object], { flag: key });
}
