// Reads what ava prints with `--tap`, and the closing line of other programs. Pure.

/** Of the end of a failed program's text. */
const FAILURE_TEXT_MAX = 12_000;

/** What a group of tests came to. */
export interface TapResult {
  passed: number;
  failed: number;
  /** Title and details of each failure. */
  failures: string[];
}

/** Counts results; skipped and todo tests count as neither. */
export function readTap(text: string): TapResult {
  const result: TapResult = { passed: 0, failed: 0, failures: [] };
  let collecting = false;
  for (const line of text.split('\n')) {
    const verdict = /^(not )?ok \d+ - (.*)$/.exec(line);
    if (verdict) collecting = count(result, verdict[1] !== undefined, verdict[2] ?? '');
    else if (collecting && /^\s/.test(line)) result.failures.push(line);
  }
  return result;
}

function count(result: TapResult, failed: boolean, title: string): boolean {
  if (/# (SKIP|TODO)/.test(title)) return false;
  if (failed) {
    result.failed += 1;
    result.failures.push(`not ok - ${title}`);
  } else {
    result.passed += 1;
  }
  return failed;
}

/** What a program that closes with `N passed, N failed` says; undefined when it does not. The failures are its text. */
export function readClosingLine(text: string): TapResult | undefined {
  const counts = /^(\d+) passed, (\d+) failed$/m.exec(text.trimEnd().split('\n').at(-1) ?? '');
  if (counts === null) return undefined;
  const [passed, failed] = [Number(counts[1]), Number(counts[2])];
  return { passed, failed, failures: failed === 0 ? [] : [text.slice(-FAILURE_TEXT_MAX)] };
}
