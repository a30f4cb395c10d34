// What axe-core has to say of a page, by the rules of WCAG 2, levels A and AA.
import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Finding {
  id: string;
  help: string;
  nodes: { target: string[]; html: string; failureSummary?: string }[];
}

const NODES_TOLD_MAX = 3;
const RULES = {
  all: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] },
  /** The only ones that a theme can break. */
  colours: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
};

/** One sentence for each rule that is broken. */
export async function violationsOf(page: Page, which: keyof typeof RULES): Promise<string[]> {
  const options = { runOnly: RULES[which], resultTypes: ['violations'] };
  if ((await page.evaluate('typeof window.axe')) === 'undefined') await page.evaluate(axe.source);
  const found = await page.evaluate<Finding[]>(
    `window.axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return found.map(({ id, help, nodes }) => {
    const told = nodes
      .slice(0, NODES_TOLD_MAX)
      .map(
        ({ target, html, failureSummary = '' }) =>
          `${target.join(' ')} ${html.slice(0, 160)} ${failureSummary}`,
      );
    return `${id}: ${help} (${nodes.length}): ${told.join(' | ')}`;
  });
}
