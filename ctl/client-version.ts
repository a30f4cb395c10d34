// What `gantry version --client` and `gantry --version` say.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './home.ts';

/** One line, as it is printed. */
export function clientVersionText(): string {
  const file = join(repositoryRoot(), 'package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return `Client: gantry ${version}\n`;
}
