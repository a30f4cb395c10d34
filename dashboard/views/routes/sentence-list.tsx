// Rules as sentences, each target a link to its Service.
import type { JSX } from 'preact';
import { objectHref } from '../../shell/route.ts';
import { targetText, type RouteSentence } from './route-sentences.ts';

interface SentenceListProps {
  /** Of the object that has the rules. */
  namespace: string;
  sentences: readonly RouteSentence[];
}

/** A list of rules. */
export function SentenceList({ namespace, sentences }: SentenceListProps): JSX.Element {
  if (sentences.length === 0) return <p class="quiet">It has no rules.</p>;
  return (
    <ol class="plain-list">
      {sentences.map(({ requests, done, targets }, at) => (
        <li key={at}>
          {requests}
          <span aria-label="go to"> → </span>
          {done.join(', ')}
          {done.length > 0 && targets.length > 0 ? ', then ' : ''}
          {targets.map((target, index) => (
            <span key={index}>
              {index === 0 ? '' : ', '}
              <a href={objectHref('services', target.namespace ?? namespace, target.service)}>
                {targetText(target)}
              </a>
            </span>
          ))}
          {done.length + targets.length === 0 ? 'nowhere: such requests are answered with an error' : ''}
        </li>
      ))}
    </ol>
  );
}
