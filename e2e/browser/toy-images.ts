// What runs in the pods of the browser's tests: programs that talk into their log, and a shell that answers.
import type { HollowHostOptions } from '@gantry/agent/hollow/hollow-host';
import type { HollowProcess, HollowProgram } from '@gantry/agent/runtime/hollow/hollow-program';

/** An image with `talk` and `sh`; any other name is an image whose containers behave as their pods say. */
export const TALKING_IMAGE = 'toy.example/talking:1';
/** What `talk` says first, in markup and in an order of reading that would lead astray. */
export const HOSTILE_LINE = '<img src=x onerror="alert(1)"> \u202Egnp.exe';
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
  ...(name === TALKING_IMAGE ? { programs: { talk, sh, '/bin/sh': sh, '/bin/bash': sh } } : {}),
});
