import { readFile, readdir } from 'node:fs/promises';
import test from 'ava';
import { renderReference } from './reference.ts';
import { kinds } from './registry.ts';

const folder = `${process.cwd()}/docs/reference/kinds/`;
const pages = renderReference(kinds);

test('docs/reference/kinds is what the kinds say', async (t) => {
  const written = (await readdir(folder)).sort();
  t.deepEqual(written, [...pages.keys()].sort(), 'run `make reference`');
  for (const [name, text] of pages) {
    t.is(await readFile(`${folder}${name}`, 'utf8'), text, `${name} is stale: run \`make reference\``);
  }
});

test('every link of the reference leads to a heading', (t) => {
  for (const [name, text] of pages) {
    for (const [, page = '', anchor] of text.matchAll(/\]\(([a-z-]+\.md)?(?:#([a-z0-9]+))?\)/g)) {
      const target = pages.get(page === '' ? name : page);
      t.truthy(target, `${name} links to ${page}`);
      if (anchor === undefined) continue;
      const headings = [...(target ?? '').matchAll(/^### (\w+)$/gm)].map((match) => match[1]?.toLowerCase());
      t.true(headings.includes(anchor), `${name} links to ${page}#${anchor}`);
    }
  }
});
