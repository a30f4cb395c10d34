import test from 'ava';
import { mergePatch } from '@gantry/api/patch/merge-patch';
import type { Outcome, Request, RequestOptions } from '../../../request/request.ts';
import type { EntryChange } from './entry-draft.ts';
import { entriesPatch, writeEntries } from './write-entries.ts';

const text = (key: string, value: string): EntryChange => ({
  ...{ key, type: 'changed', before: { key, bytes: 1 } },
  after: { bytes: value.length, value: { text: value } },
});
const gone = (key: string): EntryChange => ({ key, type: 'removed', before: { key, bytes: 1 } });

test('a Secret is patched in base64, by keys that were never seen', (t) => {
  const changes = [text('constructor', 'ä'), gone('old')];
  t.deepEqual(entriesPatch({ kind: 'Secret', resourceVersion: '7', changes }), {
    metadata: { resourceVersion: '7' },
    data: { constructor: 'w6Q=', old: null },
  });
});

test('an entry of a ConfigMap moves between texts and bytes, and no map is made for nothing', (t) => {
  const map = { data: { a: 'x', keep: 'k' }, binaryData: { b: 'AP8=' } };
  const changes: EntryChange[] = [
    {
      ...{ key: 'a', type: 'changed', before: { key: 'a', bytes: 1, value: { text: 'x' } } },
      after: { bytes: 1, value: { base64: '/w==' } },
    },
    {
      ...{ key: 'b', type: 'changed', before: { key: 'b', bytes: 2, value: { base64: 'AP8=' } } },
      after: { bytes: 1, value: { text: 'y' } },
    },
  ];
  const patch = entriesPatch({ kind: 'ConfigMap', resourceVersion: '7', changes });
  t.like(mergePatch(map, patch), { data: { keep: 'k', b: 'y' }, binaryData: { a: '/w==' } });
  const added: EntryChange = { key: 'n', type: 'added', after: { bytes: 1, value: { text: 'n' } } };
  t.deepEqual(entriesPatch({ kind: 'ConfigMap', resourceVersion: '7', changes: [added] }), {
    metadata: { resourceVersion: '7' },
    data: { n: 'n' },
  });
});

test('what the server says is told, and its answer is asked for without values', async (t) => {
  const sent: { path: string; options: RequestOptions | undefined }[] = [];
  const tell = async (outcome: Outcome<unknown>, dryRun: boolean) => {
    const request = (async (path: string, options?: RequestOptions) => {
      sent.push({ path, options });
      return outcome;
    }) as Request;
    const write = {
      request,
      path: '/s',
      kind: 'Secret',
      resourceVersion: '7',
      changes: [gone('a')],
    } as const;
    return writeEntries(write, { dryRun });
  };
  t.like(await tell({ ok: true, value: {}, warnings: ['mind'] }, true), {
    type: 'checked',
    warnings: ['mind'],
  });
  t.regex(sent[0]?.path ?? '', /dryRun=All/);
  t.regex(sent[0]?.options?.accept ?? '', /as=PartialObjectMetadata/);
  t.is((await tell({ ok: true, value: {}, warnings: [] }, false)).type, 'saved');
  t.notRegex(sent[1]?.path ?? '', /dryRun/);
  const refused = { ok: false, reason: 'x', message: 'no' } as const;
  t.deepEqual(await tell({ ...refused, code: 409 }, false), { type: 'conflict' });
  t.deepEqual(
    await tell({ ...refused, code: 422, causes: [{ field: 'data[a]', message: 'must stay' }] }, false),
    {
      type: 'refused',
      sentences: ['data[a]: must stay'],
    },
  );
  t.deepEqual(await tell({ ...refused, code: 0 }, false), { type: 'refused', sentences: ['no'] });
});
