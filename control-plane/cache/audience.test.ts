import test from 'ava';
import type { AnyObject } from '@gantry/api/meta';
import { Audience, NAME_PLACE } from './audience.ts';
import type { CacheEvent } from './cache.ts';

const BY_NODE = { name: 'spec.nodeName', values: ({ spec }: AnyObject) => spec as readonly string[] };
const never = (): void => undefined;

function pod(name: string, ...nodes: string[]): AnyObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: nodes };
}

function changed(object: AnyObject, previous?: AnyObject): CacheEvent {
  return previous === undefined
    ? { type: 'ADDED', object, revision: 1 }
    : { type: 'MODIFIED', object, previous, revision: 1 };
}

function told(audience: Audience, ...events: CacheEvent[]): void {
  audience.beginTelling();
  for (const event of events) audience.tell(event, never);
}

test('a listener at a place hears of what comes there, is there, or leaves', (t) => {
  const audience = new Audience([BY_NODE]);
  const heard: string[] = [];
  const note = (who: string) => (event: CacheEvent) =>
    void heard.push(`${who}:${event.object.metadata.name}`);
  audience.add(note('all'));
  const leave = audience.add(note('n1'), { index: 'spec.nodeName', value: 'n1' });
  audience.add(note('b'), { index: NAME_PLACE, value: 'b' });
  audience.add(note('unknown'), { index: 'spec.other', value: 'x' });
  told(
    audience,
    changed(pod('a')),
    changed(pod('b', 'n1'), pod('b')),
    changed(pod('c', 'n2'), pod('c', 'n1')),
  );
  const everybody = (name: string): string[] => [`all:${name}`, `unknown:${name}`];
  t.deepEqual(heard, [...everybody('a'), ...everybody('b'), 'n1:b', 'b:b', ...everybody('c'), 'n1:c']);
  leave();
  heard.length = 0;
  told(audience, changed(pod('d', 'n1'), pod('d', 'n1')));
  t.deepEqual(heard, everybody('d'));
});

test('who comes while others are told hears from the next telling on; who leaves hears no more', (t) => {
  const audience = new Audience([]);
  const heard: string[] = [];
  const late = (event: CacheEvent): void => void heard.push(`late:${event.object.metadata.name}`);
  let leave = (): void => undefined;
  audience.add(({ object }) => {
    if (object.metadata.name !== 'a') return;
    audience.add(late);
    audience.add(late, { index: NAME_PLACE, value: 'b' });
    leave();
  });
  leave = audience.add((event) => void heard.push(`leaving:${event.object.metadata.name}`));
  told(audience, changed(pod('a')), changed(pod('b')));
  t.deepEqual(heard, []);
  told(audience, changed(pod('b')));
  t.deepEqual(heard, ['late:b', 'late:b']);
});

test('a listener that fails keeps nobody from hearing', (t) => {
  const audience = new Audience([]);
  const errors: unknown[] = [];
  audience.add(() => {
    throw new Error('broken');
  });
  let heard = 0;
  audience.add(() => void (heard += 1));
  audience.beginTelling();
  audience.tell(changed(pod('a')), (error) => errors.push(error));
  t.is(heard, 1);
  t.is(errors.length, 1);
});
