// Puts an answer on the wire: serialised in the form that was asked for, compressed where it pays.
import type { Context } from 'koa';
import { Readable } from 'node:stream';
import { createGzip, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import type { Answer } from './exchange.ts';
import { GZIP_FROM_BYTES } from './limits.ts';
import type { AnswerForm } from './media-type.ts';
import { JSON_FORM } from './media-type.ts';
import type { ServerMetrics } from './metrics.ts';

const gzipText = promisify(gzip) as (text: string, options: { level: number }) => Promise<Buffer>;
/** Compression is for the network's sake; higher levels cost more time than they save. */
const GZIP_LEVEL = 1;

/** Sends `answer`; resolves when it is handed to Koa, or for streams when the stream has ended. */
export async function sendAnswer(
  context: Context,
  answer: Answer,
  form: () => AnswerForm,
  metrics: ServerMetrics,
): Promise<void> {
  if (answer.type === 'stream') {
    context.respond = false;
    await answer.run(context.res);
    return;
  }
  context.status = answer.status;
  context.set('Cache-Control', 'no-cache, private');
  if (answer.type === 'value') {
    const { encoding, contentType } = form();
    context.set(
      'Content-Type',
      answer.contentType ?? (encoding === 'yaml' ? contentType : JSON_FORM.contentType),
    );
    await sendText(context, textOf(answer.value, encoding, isPretty(context)), metrics);
    return;
  }
  context.set({ ...answer.headers, 'Content-Type': answer.contentType });
  if (typeof answer.text === 'string') await sendText(context, answer.text, metrics);
  else sendPieces(context, answer.text, metrics);
}

const isPretty = (context: Context): boolean => ['true', '1'].includes(String(context.query['pretty'] ?? ''));

/** JSON without indentation unless it is asked for. */
function textOf(value: object, encoding: AnswerForm['encoding'], pretty: boolean): string {
  if (encoding === 'yaml') return stringify(value, { aliasDuplicateObjects: false });
  return `${JSON.stringify(value, undefined, pretty ? 2 : undefined)}\n`;
}

async function sendText(context: Context, text: string, metrics: ServerMetrics): Promise<void> {
  metrics.bytesSent.inc(text.length);
  if (text.length < GZIP_FROM_BYTES || !acceptsGzip(context)) {
    context.body = text;
    return;
  }
  context.set('Content-Encoding', 'gzip');
  context.set('Vary', 'Accept-Encoding');
  context.body = await gzipText(text, { level: GZIP_LEVEL });
}

/** Pieces are made while the client takes them: memory stays small however long the list is. */
function sendPieces(
  context: Context,
  pieces: Iterable<string | Buffer> | AsyncIterable<string>,
  metrics: ServerMetrics,
): void {
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      metrics.bytesSent.inc(piece.length);
      yield typeof piece === 'string' ? Buffer.from(piece) : piece;
    }
  };
  const source = Readable.from(counted(), { objectMode: false, highWaterMark: GZIP_FROM_BYTES });
  // The head is out already: only a connection that breaks tells the client that the list is not whole.
  source.on('error', () => context.res.destroy());
  if (!acceptsGzip(context)) {
    context.body = source;
    return;
  }
  context.set('Content-Encoding', 'gzip');
  context.set('Vary', 'Accept-Encoding');
  const packed = createGzip({ level: GZIP_LEVEL });
  packed.on('close', () => source.destroy());
  context.body = source.pipe(packed);
}

function acceptsGzip(context: Context): boolean {
  return /(^|[\s,])(gzip|\*)\s*($|[,;](?!\s*q=0(\.0*)?\s*($|,)))/.test(context.get('Accept-Encoding'));
}
