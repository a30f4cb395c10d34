import test from 'ava';
import { SimProgress } from './sim-progress.ts';

function progress(isTerminal: boolean): {
  add: (failed: boolean) => void;
  end: () => void;
  text: () => string;
} {
  let nowMs = 0;
  let text = '';
  const shown = new SimProgress(2, (more) => (text += more), {
    ...{ isTerminal, nowMs: () => nowMs },
    processorMs: () => nowMs / 2,
  });
  const failure = { invariant: 'x', sentence: 'X.', seen: 'why\nmore', atMs: 1, lines: [] };
  return {
    add: (failed) => {
      nowMs += 2_000;
      const outcome = { seed: 9, steps: 1, simulatedMs: 100_000, digest: '' };
      shown.add(failed ? { ...outcome, failure } : outcome);
    },
    end: () => shown.end(),
    text: () => text,
  };
}

test('a terminal sees one line that is renewed, and each failure', (t) => {
  const { add, end, text } = progress(true);
  add(false);
  add(true);
  end();
  t.is(
    text().replaceAll('\r\u001b[K', '|'),
    '|1 of 2 seeds, 0.5 a second, 50 simulated hours an hour (100 an hour of one core), 0 failed|seed 9: x: why\n' +
      '|2 of 2 seeds, 0.5 a second, 50 simulated hours an hour (100 an hour of one core), 1 failed' +
      '|2 of 2 seeds, 0.5 a second, 50 simulated hours an hour (100 an hour of one core), 1 failed\n',
  );
});

test('a file gets a line now and then', (t) => {
  const { add, end, text } = progress(false);
  add(false);
  add(false);
  end();
  t.is(
    text(),
    '2 of 2 seeds, 0.5 a second, 50 simulated hours an hour (100 an hour of one core), 0 failed\n',
  );
});
