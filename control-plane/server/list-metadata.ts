// The metadata of lists.
import { encodeContinue } from './continue-token.ts';
import type { ListPage } from './list-page.ts';

/** As Kubernetes' ListMeta. */
export interface ListMetadata {
  resourceVersion: string;
  continue?: string;
  remainingItemCount?: number;
}

/** The metadata of a page. */
export function listMetadata({ revision, next, remaining }: Omit<ListPage, 'items'>): ListMetadata {
  return {
    resourceVersion: String(revision),
    ...(next === undefined ? {} : { continue: encodeContinue(next) }),
    ...(remaining === undefined || remaining === 0 ? {} : { remainingItemCount: remaining }),
  };
}
