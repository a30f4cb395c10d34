// Serves the injected paths beside the Kubernetes API.
import type { Context } from 'koa';
import { unknownMethod } from './error-answer.ts';
import type { Exchange } from './exchange.ts';
import type { Extension } from './extension.ts';
import { credentialsOf } from './permit.ts';
import { readBody } from './request-body.ts';

/** The extension of a path. */
export function findExtension(extensions: readonly Extension[] = [], path: string): Extension | undefined {
  return extensions.find((extension) =>
    extension.below === true ? path.startsWith(extension.path) : extension.path === path,
  );
}

/** Answers by the extension. */
export async function extensionAnswer(
  extension: Extension,
  context: Context,
  exchange: Exchange,
): Promise<void> {
  if (extension.answer === undefined || !extension.methods.includes(context.method)) throw unknownMethod();
  const { bytes } = await readBody(context.req, extension.bodyBytesMax);
  const { query, headers, user, requestId, signal, info } = exchange;
  const request = {
    method: context.method,
    path: info.path,
    query,
    headers,
    body: bytes,
    user,
    requestId,
    signal,
    credentials: credentialsOf(context.req),
    remoteAddress: context.req.socket.remoteAddress ?? '',
  };
  const answer = await extension.answer(request);
  context.status = answer.status;
  context.set({ ...answer.headers });
  if (typeof answer.body === 'string' || Buffer.isBuffer(answer.body)) {
    context.body = answer.body;
    return;
  }
  context.set('Content-Type', 'application/json');
  context.body = `${JSON.stringify(answer.body)}\n`;
}
