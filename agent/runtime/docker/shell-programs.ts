// The programs of the contract suite as scripts of a shell.
import type { Command, Programs } from '../contract/programs.ts';

const script = (text: string): Command => ['sh', '-c', text];
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const says = (text: string): string => `printf %s ${quoted(text)}`;

export const shellPrograms: Programs = {
  runs: script('sleep 1000'),
  endsOnTerm: (code) => script(`trap 'exit ${String(code)}' TERM; echo ready; while :; do sleep 0.05; done`),
  deaf: script("trap '' TERM; echo ready; while :; do sleep 1; done"),
  says: (said, code = 0) => {
    const words = said.map(([output, text]) => `${says(text)}${output === 'err' ? ' >&2' : ''}`);
    return script([...words, `exit ${String(code)}`].join('; '));
  },
  killsItself: script('sh -c "kill -9 \\$\\$"; exit 137'),
  takesAllMemory: script('exec tail /dev/zero'),
  waitsForGo: script('echo first; while [ ! -e /go ]; do sleep 0.02; done; echo last'),
  go: ['touch', '/go'],
  saysMuch: (bytes) => script(`head -c ${String(bytes)} /dev/zero`),
  speaksOn: script('while :; do echo on; sleep 0.02; done'),
  tellsVariable: (name) => script(`echo $${name}; echo oops >&2; exit 3`),
  countsInput: ['wc', '-c'],
  looksInVain: script('no-such-program'),
  shell: ['sh'],
  marked: { command: script('echo on; exec sleep 4321'), mark: 'sleep 4321' },
  processes: ['ps'],
  echoesInput: script('cat; echo over >&2; exit 6'),
  answersLines: script('while read -r line; do sleep 0.3; echo heard $line; done'),
  serves: (port, text) => script(`${says(text)} | nc -l -p ${String(port)}; sleep 1000`),
  asks: (port) => script(`nc 127.0.0.1 ${String(port)} </dev/null`),
  tellsHostname: ['hostname'],
  shows: (path) => ['cat', path],
  writes: (files) => script(files.map(([path, text]) => `${says(text)} > ${path}`).join('; ')),
  busy: script('while :; do :; done'),
};
