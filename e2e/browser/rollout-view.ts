// The page of a Rollout, as tests speak of it.
import type { Locator, Page } from 'playwright-core';
import { act } from './ask.ts';

/** The page of the rollout, in words. */
export class RolloutView {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  button(label: string): Locator {
    return this.page.getByRole('button', { name: label, exact: true });
  }

  /** Presses and agrees. @returns the question. */
  async act(label: string): Promise<string> {
    return act(this.page, label);
  }

  /** Waits for the phase, shown beside the name. */
  async phase(phase: string): Promise<void> {
    await this.page.locator('.view-head .badge').filter({ hasText: phase }).waitFor();
  }

  /** Waits for the step under way: `set weight 25 %`. */
  async step(number: number): Promise<void> {
    await this.page.locator(`.steps li:nth-child(${number})[aria-current="step"]`).waitFor();
  }

  async says(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }
}
