// Hands rules to the kernel: one transaction, all of it or nothing. Thin.
import { spawn } from 'node:child_process';
import { OperationalError } from '@gantry/kit/operational-error';
import { systemEnvironment } from '@gantry/kit/system-environment';

const OUTPUT_CHARACTERS_MAX = 2_000;

/**
 * Applies the text of a transaction. Safe to repeat.
 *
 * @param through what nft is started through, such as `nsenter --net=…`.
 * @throws OperationalError `nft-failed` with nft's own words.
 */
export function applyNft(rules: string, through: readonly string[]): Promise<void> {
  const [program = '', ...args] = [...through, 'nft', '-f', '-'];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: systemEnvironment(),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let words = '';
    const fail = (why: string): void =>
      reject(new OperationalError('nft-failed', `nftables does not take the rules: ${why}`));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (words.length < OUTPUT_CHARACTERS_MAX) words += text;
    });
    child.on('error', (error) => fail(error.message));
    child.on('close', (code) => (code === 0 ? resolve() : fail(words.trim() || `exit code ${code}`)));
    // One that ended before it has read all tells why by its exit.
    child.stdin.on('error', () => undefined);
    child.stdin.end(rules);
  });
}
