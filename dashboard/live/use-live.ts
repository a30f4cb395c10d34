// Live lists and figures for components: looked at while the component is in sight.
import { useEffect, useMemo } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { RESOURCES, watchPath, type ResourceWord, type WatchSelection } from '../request/resource-paths.ts';
import { usePage } from '../shell/page.ts';
import { problemOf, type LiveObject } from './collection-state.ts';

/** A live list. */
export interface LiveList<T> {
  items: readonly T[];
  /** Whether it has been whole once: until then nothing can be said of what is missing. */
  synced: boolean;
  problem: string | undefined;
}

/** The objects of a resource, in order of namespace and name. `selection` undefined looks at nothing. */
export function useList<T extends LiveObject>(
  word: ResourceWord,
  selection: WatchSelection | undefined = {},
): LiveList<T> {
  const { lists } = usePage();
  const path = selection === undefined ? undefined : watchPath(RESOURCES[word], selection);
  const looked = useMemo(() => (path === undefined ? undefined : lists.look<T>(path)), [lists, path]);
  useEffect(() => looked?.release, [looked]);
  const state = looked?.state.value;
  return useMemo(
    () => ({
      items: state === undefined ? [] : [...state.objects.values()].sort(byPlace),
      synced: state?.synced ?? false,
      problem: state?.problem,
    }),
    [state],
  );
}

/** The list of a resource in the namespace that is looked at. */
export function useListHere<T extends LiveObject>(
  word: ResourceWord,
  selection: Omit<WatchSelection, 'namespace'> = {},
): LiveList<T> {
  const { namespace } = usePage();
  return useList<T>(word, { ...selection, namespace: namespace.value });
}

/** One object: undefined until it is known, `missing` when it is not there. */
export function useObject<T extends LiveObject>(
  word: ResourceWord,
  namespace: string | undefined,
  name: string,
): { object: T | undefined; missing: boolean; problem: string | undefined } {
  const { items, synced, problem } = useList<T>(word, {
    ...(namespace === undefined ? {} : { namespace }),
    fieldSelector: `metadata.name=${name}`,
  });
  return { object: items[0], missing: synced && items.length === 0, problem };
}

/** Figures that are told at a pace of their own. */
export interface Latest<T> {
  /** The last that came; undefined before the first. */
  figures: T | undefined;
  /** Why none come: mostly a right that is missing. */
  problem: string | undefined;
}

const NO_FIGURES = { figures: undefined, problem: undefined };

/** The latest figures of a path. */
export function useLatest<T>(path: string | undefined): Latest<T> {
  const { live } = usePage();
  const latest = useSignal<Latest<T>>(NO_FIGURES);
  useEffect(() => {
    latest.value = NO_FIGURES;
    if (path === undefined) return undefined;
    return live.open(path, ({ type, object }) => {
      if (type === 'RESTARTED' || object === undefined) return;
      latest.value =
        type === 'ERROR'
          ? { figures: undefined, problem: problemOf(object, 'these figures cannot be had') }
          : { figures: object as T, problem: undefined };
    });
  }, [live, path]);
  return latest.value;
}

function byPlace(a: LiveObject, b: LiveObject): number {
  const [x, y] = [a.metadata, b.metadata];
  return compare(x.namespace ?? '', y.namespace ?? '') || compare(x.name ?? '', y.name ?? '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
