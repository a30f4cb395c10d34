// Writes docs/reference/kinds anew: `make reference`.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { renderReference } from './reference.ts';
import { kinds } from './registry.ts';

const folder = fileURLToPath(new URL('../docs/reference/kinds/', import.meta.url));
const pages = renderReference(kinds);

await mkdir(folder, { recursive: true });
const stale = (await readdir(folder)).filter((name) => name.endsWith('.md') && !pages.has(name));
await Promise.all(stale.map((name) => rm(`${folder}${name}`)));
await Promise.all([...pages].map(([name, text]) => writeFile(`${folder}${name}`, text)));
