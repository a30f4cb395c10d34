import test from 'ava';
import type { AnyObject } from '@gantry/api/meta';
import type { Outcome, Request, RequestOptions } from '../../request/request.ts';
import { writeObject, yamlForm } from './write-object.ts';
import * as work from './yaml-work.ts';

const object = (value: string, revision: string): AnyObject => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { k: value } },
  metadata: { name: 'a', namespace: 'n', resourceVersion: revision },
});
const good = (value: AnyObject): Outcome<AnyObject> => ({ ok: true, value, warnings: ['mind this'] });
const conflict: Outcome<AnyObject> = { ok: false, code: 409, reason: 'Conflict', message: 'modified' };

/** Answers one after the other; what was sent is kept. */
function world(answers: Outcome<AnyObject>[]) {
  const sent: { path: string; options: RequestOptions | undefined }[] = [];
  const request = (async (path: string, options?: RequestOptions) => {
    sent.push({ path, options });
    return answers.shift() ?? conflict;
  }) as Request;
  const text = work.shownText(object('new', '5'), { managed: false });
  return { sent, edit: { work, form: yamlForm(work), request, path: '/o', base: object('old', '5'), text } };
}

test('a check is a dry run and yields the difference', async (t) => {
  const { sent, edit } = world([good(object('new', '5'))]);
  const verdict = await writeObject(edit, { dryRun: true });
  t.like(verdict, { type: 'checked', warnings: ['mind this'] });
  t.regex(sent[0]?.path ?? '', /^\/o\?fieldValidation=Strict&fieldManager=gantry-dashboard&dryRun=All$/);
  t.like(sent[0]?.options, { method: 'PUT', body: { data: { k: 'new' } } });
});

test('a status that was written meanwhile is no conflict', async (t) => {
  const { sent, edit } = world([conflict, good(object('old', '9')), good(object('new', '10'))]);
  t.is((await writeObject(edit, { dryRun: false })).type, 'saved');
  t.like(sent[2]?.options, { body: { metadata: { resourceVersion: '9' } } });
});

test("someone else's change is a conflict, with both sides", async (t) => {
  const { edit } = world([conflict, good(object('theirs', '9'))]);
  t.like(await writeObject(edit, { dryRun: false }), {
    type: 'conflict',
    theirs: { data: { k: 'theirs' } },
    mine: { data: { k: 'new' } },
  });
});

test('refusals are faults, and a text that cannot be read is not sent', async (t) => {
  const refused = { ok: false, code: 422, reason: 'Invalid', message: 'no' } as const;
  const { edit } = world([refused]);
  t.deepEqual(await writeObject(edit, { dryRun: true }), { type: 'faults', faults: [{ message: 'no' }] });
  const { sent, edit: broken } = world([]);
  t.is((await writeObject({ ...broken, text: 'a: [' }, { dryRun: true })).type, 'faults');
  t.is(sent.length, 0);
});
