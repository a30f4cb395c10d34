// What stands where figures would be: they are waited for, or it is said why none come.
import type { JSX } from 'preact';
import { Empty } from './card.tsx';

interface NoFiguresProps {
  /** Why none come, as the server tells it; undefined while they may still come. */
  problem: string | undefined;
}

/** In place of all that a card would show. */
export function NoFigures({ problem }: NoFiguresProps): JSX.Element {
  return <Empty>{problem ?? 'Waiting for the first figures …'}</Empty>;
}

/** Beside what is shown without them: nothing while they may still come. */
export function Unmeasured({ problem }: NoFiguresProps): JSX.Element | null {
  return problem === undefined ? null : <p class="unmeasured">Figures are not shown: {problem}</p>;
}
