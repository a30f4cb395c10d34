// An image for the contract suite, whose programs do in a hollow container what the suite's scripts do in a real one.
import type { Command, Programs, Said } from '../contract/programs.ts';
import type { HollowImage } from './hollow-images.ts';
import type { HollowProcess, HollowProgram } from './hollow-program.ts';

/** Each program takes what it needs as JSON, in its second word. */
const command = (name: string, wish: unknown = null): Command => [name, JSON.stringify(wish)];
const wishOf = <T>({ argv }: HollowProcess): T => JSON.parse(argv[1] ?? 'null') as T;

export const hollowPrograms: Programs = {
  runs: command('runs'),
  endsOnTerm: (code) => command('ends-on-term', code),
  deaf: command('deaf'),
  says: (said, code = 0) => command('says', { said, code }),
  killsItself: command('says', { said: [], code: 137 }),
  takesAllMemory: command('takes-all-memory'),
  waitsForGo: command('waits-for-go'),
  go: command('writes', [['/go', '']]),
  saysMuch: (bytes) => command('says-much', bytes),
  speaksOn: command('speaks-on'),
  tellsVariable: (name) => command('tells-variable', name),
  countsInput: command('counts-input'),
  looksInVain: command('says', { said: [['err', 'sh: no-such-program: not found\n']], code: 127 }),
  shell: command('shell'),
  marked: { command: command('marked', '4321'), mark: '4321' },
  processes: command('processes'),
  echoesInput: command('echoes-input'),
  answersLines: command('answers-lines'),
  serves: (port, text) => command('serves', { port, text }),
  asks: (port) => command('asks', port),
  tellsHostname: command('tells-hostname'),
  shows: (path) => command('shows', path),
  writes: (files) => command('writes', files),
  busy: command('busy'),
};

const LOOK_MS = 20;

async function forEver(inside: HollowProcess): Promise<number> {
  for (;;) await inside.sleep(3_600_000);
}

const programs: Record<string, HollowProgram> = {
  runs(inside) {
    inside.use({ cpuMilli: 0, memoryBytes: 1024 ** 2 });
    return forEver(inside);
  },
  busy(inside) {
    inside.use({ cpuMilli: 200, memoryBytes: 1024 ** 2 });
    return forEver(inside);
  },
  async 'ends-on-term'(inside) {
    const told = inside.untilTerm();
    inside.write('ready\n');
    await told;
    return wishOf<number>(inside);
  },
  deaf(inside) {
    inside.write('ready\n');
    return forEver(inside);
  },
  says(inside) {
    const { said, code } = wishOf<{ said: Said; code: number }>(inside);
    for (const [output, text] of said) {
      if (output === 'out') inside.write(text);
      else inside.writeError(text);
    }
    return code;
  },
  'takes-all-memory'(inside) {
    inside.use({ cpuMilli: 0, memoryBytes: Number.MAX_SAFE_INTEGER });
    return 0;
  },
  async 'waits-for-go'(inside) {
    inside.write('first\n');
    while (inside.files.read('/go') === undefined) await inside.sleep(LOOK_MS);
    inside.write('last\n');
    return 0;
  },
  'says-much'(inside) {
    inside.write('\0'.repeat(wishOf<number>(inside)));
    return 0;
  },
  async 'speaks-on'(inside) {
    for (;;) {
      inside.write('on\n');
      await inside.sleep(LOOK_MS);
    }
  },
  'tells-variable'(inside) {
    inside.write(`${inside.env[wishOf<string>(inside)] ?? ''}\n`);
    inside.writeError('oops\n');
    return 3;
  },
  async 'counts-input'(inside) {
    let bytes = 0;
    for (let text = await inside.read(); text !== undefined; text = await inside.read()) bytes += text.length;
    inside.write(`${String(bytes)}\n`);
    return 0;
  },
  async shell(inside) {
    for await (const line of linesOf(inside)) {
      if (line.startsWith('exit ')) return Number(line.slice('exit '.length));
      const { width = 0, height = 0 } = inside.size() ?? {};
      if (line === 'stty size') inside.write(`${String(height)} ${String(width)}\n`);
    }
    return 0;
  },
  marked(inside) {
    inside.write('on\n');
    return forEver(inside);
  },
  processes(inside) {
    for (const argv of inside.processes()) inside.write(`${argv.join(' ')}\n`);
    return 0;
  },
  async 'echoes-input'(inside) {
    for (let text = await inside.read(); text !== undefined; text = await inside.read()) inside.write(text);
    inside.writeError('over\n');
    return 6;
  },
  async 'answers-lines'(inside) {
    for await (const line of linesOf(inside)) {
      await inside.sleep(300);
      inside.write(`heard ${line}\n`);
    }
    return 0;
  },
  serves(inside) {
    const { port, text } = wishOf<{ port: number; text: string }>(inside);
    inside.listen(port, () => ({ status: 200, body: text }));
    return forEver(inside);
  },
  asks(inside) {
    inside.write(inside.ask(wishOf<number>(inside), { path: '/' })?.body ?? '');
    return 0;
  },
  'tells-hostname'(inside) {
    inside.write(`${inside.hostname}\n`);
    return 0;
  },
  shows(inside) {
    inside.write(inside.files.read(wishOf<string>(inside)) ?? '');
    return 0;
  },
  writes(inside) {
    for (const [path, text] of wishOf<[string, string][]>(inside)) inside.files.write(path, text);
    return 0;
  },
};

/** Whole lines of the input, without their ends. */
async function* linesOf(inside: HollowProcess): AsyncGenerator<string, void, undefined> {
  let begun = '';
  for (let text = await inside.read(); text !== undefined; text = await inside.read()) {
    const lines = (begun + text).split('\n');
    begun = lines.pop() ?? '';
    yield* lines;
  }
}

export const contractImage: HollowImage = {
  id: `sha256:${'c0de'.repeat(16)}`,
  names: ['contract:1'],
  sizeBytes: 1024 ** 2,
  programs,
  files: { '/etc/passwd': 'root:x:0:0::/:/bin/sh\n' },
};
