// Which views there are, as the page's own table has them, and for each an object to look at. Read as text: the table loads
// the views, and those are the browser's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../cluster/local-world.ts';

/** The words of all views; '' is the overview. */
export function viewWords(): string[] {
  const text = readFileSync(join(REPOSITORY, 'dashboard', 'shell', 'views.ts'), 'utf8');
  return [...text.matchAll(/\bword: '([^']*)'/g)].map(([, word = '']) => word);
}
