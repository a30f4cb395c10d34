// What runs in the pods of the browser's tests: programs that talk into their log, and a shell that answers.
import type { HollowHostOptions } from '@gantry/agent/hollow/hollow-host';
import type { HollowProcess, HollowProgram } from '@gantry/agent/runtime/hollow/hollow-program';

/** An image with `talk`, `ramble` and `sh`; any other name is an image whose containers behave as their pods say. */
export const TALKING_IMAGE = 'toy.example/talking:1';
/** What `talk` says first, in markup and in an order of reading that would lead astray. */
export const HOSTILE_LINE = '<img src=x onerror="alert(1)"> \u202Egnp.exe';
/** What is at the end of the longest line of `ramble`. */
export const LAST_WORDS = 'the very last words';
/** Characters of it, codes of colours left out. */
export const LONG_LINE_LENGTH = 12_000;
const TALKS_EVERY_MS = 200;
const BYTES = 20_000_000;

/** Says a line, then counts for ever. */
const talk: HollowProgram = async (inside) => {
  inside.write(`${HOSTILE_LINE}\n`);
  for (let line = 1; ; line++) {
    await inside.sleep(TALKS_EVERY_MS);
    inside.write(`line ${line}\n`);
  }
};

/** Lines that no screen is wide enough for, in colours; then one that has no end. */
const ramble: HollowProgram = async (inside) => {
  const filler = 'word '.repeat(LONG_LINE_LENGTH / 5).slice(LAST_WORDS.length + 5);
  inside.write(`\u001b[31mfirst\u001b[0m${filler}\u001b[32m${LAST_WORDS}\u001b[0m\n`);
  for (let line = 1; line <= 200; line++) inside.write(`{"line":${line},"value":"${'x'.repeat(11_000)}"}\n`);
  // Engines hand out what has no end yet only when it is longer than 16 KiB.
  inside.write(`endless ${'z'.repeat(17_000)}`);
  await inside.untilTerm();
  return 0;
};

/** Echoes what is typed, as a terminal does, and answers whole lines; `exit` ends it. */
const sh: HollowProgram = async (inside) => {
  inside.write('$ ');
  let line = '';
  for (;;) {
    const typed = await inside.read();
    if (typed === undefined) return 0;
    for (const key of typed) {
      if (key !== '\r' && key !== '\n') {
        inside.write(key);
        line += key;
        continue;
      }
      if (line === 'exit') return 0;
      answer(inside, line);
      line = '';
    }
  }
};

function answer(inside: HollowProcess, line: string): void {
  inside.write(`\r\nyou said ${line}\r\n$ `);
}

/** The registry of the toy hosts. */
export const toyRegistry: NonNullable<HollowHostOptions['registry']> = (name) => ({
  ...{ pullMs: 5, sizeBytes: BYTES },
  // A shell may be asked for by either name.
  ...(name === TALKING_IMAGE ? { programs: { talk, ramble, sh, '/bin/sh': sh, '/bin/bash': sh } } : {}),
});
