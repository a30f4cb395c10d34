// What words of others may not do to the page: become elements, run, or push what is around them out of its place.
import type { Page } from 'playwright-core';

/** Elements that were made of what is only text. */
export function elementsOfText(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    `[...document.querySelectorAll('main :is(img, iframe, script, [onerror], [onclick]), [role=dialog] img, a[href^="javascript:"]')]
      .map((element) => element.outerHTML.slice(0, 200))`,
  );
}

/** What is wider than its place: the page itself, or a head of a table that is cut. */
export async function layoutFaults(page: Page, width: number): Promise<string[]> {
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
  const cut = await page.evaluate<string[]>(
    `[...document.querySelectorAll('main .table-head .cell')]
      .filter((cell) => cell.scrollWidth > cell.clientWidth)
      .map((cell) => cell.innerText)`,
  );
  return [
    ...(wide > width ? [`${wide} px wide at ${width}`] : []),
    ...cut.map((head) => `the head ${head} is cut at ${width}`),
  ];
}
