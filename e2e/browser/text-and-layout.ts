// What words of others may not do to the page: become elements, run, or push what is around them out of its place.
import type { Page } from 'playwright-core';

/** Elements that were made of what is only text. */
export function elementsOfText(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    `[...document.querySelectorAll('main :is(img, iframe, script, [onerror], [onclick]), [role=dialog] img, a[href^="javascript:"]')]
      .map((element) => element.outerHTML.slice(0, 200))`,
  );
}

/** What is wider than its place: the page itself, a table, or a head of one that is cut. */
export async function layoutFaults(page: Page, width: number): Promise<string[]> {
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
  const cut = await page.evaluate<string[]>(
    `[...document.querySelectorAll('main .table-head .cell')]
      .filter((cell) => cell.scrollWidth > cell.clientWidth)
      .map((cell) => cell.innerText)`,
  );
  const tables = await page.evaluate<string[]>(
    `[...document.querySelectorAll('main .table-head .table-row')]
      .filter((row) => row.scrollWidth > row.clientWidth)
      .map((row) => row.innerText.replaceAll('\\n', ' '))`,
  );
  return [
    ...(wide > width ? [`${wide} px wide at ${width}`] : []),
    ...tables.map((heads) => `the table ${heads} is wider than its card at ${width}`),
    ...cut.map((head) => `the head ${head} is cut at ${width}`),
  ];
}
