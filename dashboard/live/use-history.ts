// The last minutes of figures that arrive one by one: what charts draw. Begins when the view is opened.
import { useEffect, useState } from 'preact/hooks';

/** One moment. */
export interface Moment<T> {
  atMs: number;
  value: T;
}

/** Moments kept; at one every 2 s some 10 minutes. */
const MOMENTS_MAX = 300;

/** Collects each new value. */
export function useHistory<T>(value: T | undefined, atMs: number | undefined): readonly Moment<T>[] {
  const [moments, setMoments] = useState<readonly Moment<T>[]>([]);
  useEffect(() => {
    if (value === undefined || atMs === undefined) return;
    setMoments((known) => [...known.slice(1 - MOMENTS_MAX), { atMs, value }]);
  }, [value, atMs]);
  return moments;
}
