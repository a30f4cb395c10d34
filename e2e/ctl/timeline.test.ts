// `gantry timeline` as a user sees it: who did what in which order, what is left out unless asked for, clocks that are
// wrong, following, and mistakes.
import test from 'ava';
import type { NodeReports } from '@gantry/control-plane/timeline/node-records';
import type { TimelineList } from '@gantry/api/timeline/timeline-entry';
import { formatHybrid } from '@gantry/kit/hybrid-time';
import { clockSentences, skewText } from '@gantry/api/timeline/clock-text';
import { startCtlWorld, type CtlWorld } from './ctl-world.ts';

const HOUR_MS = 3_600_000;
let world: CtlWorld;
let pod: { uid: string; revision: number } | undefined;

/** An agent that is an hour late and has started the pod. */
const nodes: NodeReports = {
  connected: () => ['node-2'],
  report() {
    const at = (): string => formatHybrid({ wallMs: Date.now() - HOUR_MS, counter: 0, node: 'node-2' });
    if (pod === undefined)
      return Promise.resolve({ incarnation: 'i', now: at(), skewMs: -HOUR_MS, records: [] });
    return Promise.resolve({
      ...{ incarnation: 'i', now: at(), skewMs: -HOUR_MS },
      records: [
        {
          ...{
            seq: 1,
            at: at(),
            seen: pod.revision,
            type: 'container',
            severity: 'Warning',
            container: 'app',
          },
          object: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'p', uid: pod.uid },
          ...{
            reason: 'OOMKilled',
            what: 'container app ended with exit code 137 (OOMKilled)',
            exitCode: 137,
          },
        },
      ],
    });
  },
};

test.before(async () => {
  world = await startCtlWorld({ nodeReports: nodes });
  const manifest = world.file(
    'pod.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: app, image: a }], nodeName: node-2 }\n',
  );
  await world.gantry(`apply -f ${manifest}`);
  const { out } = await world.gantry('get pod p -o json');
  const { metadata } = JSON.parse(out) as { metadata: { uid: string; resourceVersion: string } };
  pod = { uid: metadata.uid, revision: Number(metadata.resourceVersion) };
  await world.gantry('label pod p tier=web');
});

test.after.always(async () => {
  await world.stop();
});

test('a pod: who made it, what became of it on a node whose clock is wrong, who changed it', async (t) => {
  const { out, err, exitCode } = await world.gantry('timeline pod/p');
  t.is(exitCode, 0);
  const [head = '', ...lines] = out.trimEnd().split('\n');
  t.regex(head, /^TIME +WHERE +WHO +OBJECT +WHAT$/);
  t.regex(lines[0] ?? '', /^\d{4}-\S+Z +control-plane +test-admin +pod\/p +created$/);
  const died = lines.find((line) => line.includes('137'));
  t.regex(
    died ?? '',
    /node-2 \(1h behind\) +agent +pod\/p +! container app ended with exit code 137 \(OOMKilled\)$/,
  );
  t.true(
    lines.some((line) => /test-admin +pod\/p +metadata\.labels/.test(line)),
    out,
  );
  t.regex(err, /The clock of node-2 is 1h behind; its entries are in their place all the same\./);
});

test('as JSON, wide, of a time, the last ones, of all namespaces', async (t) => {
  const { out } = await world.gantry('timeline pods p -o json');
  const list = JSON.parse(out) as TimelineList;
  t.is(list.kind, 'TimelineEntryList');
  t.deepEqual(list.clocks, [{ where: 'node-2', skewMs: -HOUR_MS }]);
  const stamps = list.items.map(({ stamp }) => stamp);
  t.deepEqual(stamps.toSorted(), stamps);
  const wide = await world.gantry('timeline pod/p -o wide');
  t.regex(wide.out, /^TIME +REVISION +REQUEST +WHERE/);
  const last = await world.gantry('timeline pod/p --limit 1 --since 1h -o json');
  t.is((JSON.parse(last.out) as TimelineList).items.length, 1);
  t.regex(last.err, /^$/);
  const everywhere = await world.gantry('timeline -A');
  t.regex(everywhere.out, /pod\/p/);
  const none = await world.gantry('timeline pod/none');
  t.is(none.out, '');
  t.regex(none.err, /^Nothing is known to have happened\.$/m);
});

test('followed, it goes on with what comes', async (t) => {
  const following = world.gantry('timeline -f', { stopWhen: /configmap\/later/ });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const manifest = world.file('later.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: later }\n');
  await world.gantry(`apply -f ${manifest}`);
  const { out } = await following;
  t.regex(out, /^TIME +WHERE +WHO +OBJECT +WHAT\n[^]*pod\/p +created\n[^]*configmap\/later +created\n/);
});

test('mistakes', async (t) => {
  for (const [line, sentence] of [
    ['timeline pod', 'Name one object'],
    ['timeline pod/a pod/b', 'Name one object'],
    ['timeline pods/p -o yaml', '-o must be wide or json'],
    ['timeline pods/p --since soon', '--since must be'],
    ['timeline pods/p --limit few', '--limit must be'],
    ['timeline pad/p', 'There is no kind'],
  ] as const) {
    const { err, exitCode } = await world.gantry(line);
    t.is(exitCode, 2, line);
    t.true(err.includes(sentence), `${line}: ${err}`);
  }
});

test('how far a clock is off, in words', (t) => {
  t.deepEqual([-3_600_000, 2_500, 90_000, -700, 172_800_000].map(skewText), [
    '1h behind',
    '2.5s ahead',
    '1.5m ahead',
    '700ms behind',
    '2d ahead',
  ]);
  t.deepEqual(clockSentences([]), []);
});
