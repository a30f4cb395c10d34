import test from 'ava';
import type { Container, Pod } from '@gantry/api/kinds/pod';
import {
  attachStreams,
  chooseContainer,
  execStreams,
  type StreamChoice,
  type StreamWish,
} from './choose-container.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1' },
  spec: {
    initContainers: [{ name: 'prepare', image: 'i' }],
    containers: [
      { name: 'app', image: 'i' },
      { name: 'side', image: 'i' },
    ],
  },
} as Pod;
const annotated = {
  ...pod,
  metadata: { ...pod.metadata, annotations: { 'kubectl.kubernetes.io/default-container': 'side' } },
};

test('the container named, else the annotated one, else the first', (t) => {
  t.is(chooseContainer(pod).name, 'app');
  t.is(chooseContainer(annotated).name, 'side');
  t.is(chooseContainer(annotated, 'app').name, 'app');
  t.is(chooseContainer(pod, 'prepare').name, 'prepare');
  t.throws(() => chooseContainer(pod, 'nope'), {
    message: 'Pod web-1 has no container "nope"; it has: app, side, prepare.',
  });
});

const wish = (text: string): StreamWish => ({
  stdin: text.includes('i'),
  tty: text.includes('t'),
  terminal: text.includes('T'),
});

const execs: [string, StreamChoice][] = [
  ['', { stdin: false, tty: false, raw: false }],
  ['iT', { stdin: true, tty: false, raw: false }],
  ['itT', { stdin: true, tty: true, raw: true }],
  [
    'it',
    { stdin: true, tty: false, raw: false, note: 'No terminal for the command: standard input is none.' },
  ],
];
for (const [given, choice] of execs) {
  test(`exec with "${given}"`, (t) => {
    t.deepEqual(execStreams(wish(given)), choice);
  });
}

const withTerminal: Partial<Container> = { stdin: true, tty: true };
const attaches: [string, Partial<Container>, StreamChoice][] = [
  ['', {}, { stdin: false, tty: false, raw: false }],
  ['T', withTerminal, { stdin: false, tty: true, raw: false }],
  ['iT', { stdin: true }, { stdin: true, tty: false, raw: false }],
  ['itT', withTerminal, { stdin: true, tty: true, raw: true, note: 'No prompt? Press enter.' }],
  [
    'it',
    withTerminal,
    { stdin: true, tty: true, raw: false, note: 'Going on without a terminal: standard input is none.' },
  ],
  [
    'itT',
    { stdin: true },
    {
      stdin: true,
      tty: false,
      raw: false,
      note: 'Container "app" has no terminal (spec: tty is not true); going on without.',
    },
  ],
];
for (const [given, spec, choice] of attaches) {
  test(`attach with "${given}" to a container with ${JSON.stringify(spec)}`, (t) => {
    t.deepEqual(attachStreams({ name: 'app', image: 'i', ...spec }, wish(given)), choice);
  });
}

test('input for a container that reads none is refused', (t) => {
  t.throws(() => attachStreams({ name: 'app', image: 'i', tty: true }, wish('itT')), {
    message: /"app" reads no standard input/,
  });
});
