// Text streams: characters that arrive in halves, refusals, and ends that were not wanted.
import test from 'ava';
import { createStreamText, type StreamText } from './stream-text.ts';

function answering(response: () => Response | Promise<Response>): {
  stream: StreamText;
  signedOut: () => number;
} {
  let times = 0;
  const stream = createStreamText(
    () => Promise.resolve(response()),
    () => (times += 1),
  );
  return { stream, signedOut: () => times };
}

const collect = async (
  stream: StreamText,
): Promise<{ text: string; outcome: Awaited<ReturnType<StreamText>> }> => {
  let text = '';
  const outcome = await stream('/log', {
    signal: new AbortController().signal,
    onText: (part) => (text += part),
  });
  return { text, outcome };
};

test('a character that arrives in two halves is one', async (t) => {
  const bytes = new TextEncoder().encode('grün\n');
  const halves = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.slice(0, 3));
      controller.enqueue(bytes.slice(3));
      controller.close();
    },
  });
  const { text, outcome } = await collect(answering(() => new Response(halves)).stream);
  t.is(text, 'grün\n');
  t.true(outcome.ok);
});

test('a refusal is told in the words of the server', async (t) => {
  const body = JSON.stringify({ message: 'the container has not started', reason: 'BadRequest' });
  const { outcome } = await collect(answering(() => new Response(body, { status: 400 })).stream);
  t.like(outcome, { ok: false, code: 400, message: 'the container has not started' });
  const plain = await collect(answering(() => new Response('', { status: 502 })).stream);
  t.like(plain.outcome, { message: 'the server answered 502' });
});

test('an ended session and a lost connection are told', async (t) => {
  const ended = answering(() => new Response('{}', { status: 401 }));
  await collect(ended.stream);
  t.is(ended.signedOut(), 1);
  const lost = answering(() => Promise.reject(new Error('reset')));
  t.like((await collect(lost.stream)).outcome, {
    reason: 'Unreachable',
    message: 'the connection was lost: reset',
  });
});
