// Buttons of the page, and the questions that they ask.
import type { Page } from 'playwright-core';

/** Presses a button, reads the question, agrees to it. @returns the question. */
export async function act(
  page: Page,
  label: string,
  answers?: (dialog: ReturnType<Page['getByRole']>) => Promise<void>,
): Promise<string> {
  await page.getByRole('button', { name: label, exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  const question = await dialog.innerText();
  await answers?.(dialog);
  await dialog.getByRole('button', { name: label, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  return question;
}
