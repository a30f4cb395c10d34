// Hands an address to the user's browser.
import { spawn } from 'node:child_process';

/** The desktop's own way. The browser lives on when this program ends. @returns whether there is such a way. */
export function openBrowser(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('xdg-open', [address], { detached: true, stdio: 'ignore' });
    child.once('error', () => {
      resolve(false);
    });
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
