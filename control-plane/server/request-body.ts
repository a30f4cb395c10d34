// Reads a request's body within the limit and makes a value of it. Nothing is kept of a body that is too large.
import { badRequest, StatusError, tooLarge, unsupportedMediaType } from '@gantry/api/status-error';
import { readYamlDocuments } from '@gantry/api/yaml-documents';
import { messageOf } from '@gantry/kit/operational-error';
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { BODY_BYTES_MAX, BODY_DEPTH_MAX, BODY_VALUES_MAX, YAML_CHARACTERS_MAX } from './limits.ts';

/** A body as it came. */
export interface RequestBody {
  bytes: Buffer;
  /** Media type in lower case without parameters; `application/json` when the client named none. */
  mediaType: string;
}

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const YAML_TYPES: ReadonlySet<string> = new Set(['application/yaml', 'application/x-yaml', 'text/yaml']);

const PROTOBUF_ALTERNATIVE =
  'protobuf bodies are not served; kubectl 1.32 and newer sends them from its generators: ' +
  'use `kubectl create … --dry-run=client -o yaml | kubectl apply -f -` instead';

/**
 * Reads the whole body.
 *
 * @throws StatusError 413 as soon as it is known to be too large, 415 for a content encoding.
 */
export async function readBody(request: IncomingMessage, bytesMax = BODY_BYTES_MAX): Promise<RequestBody> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw unsupportedMediaType(['identity (no Content-Encoding)']);
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    throw unsupportedMediaType(['application/json; charset=utf-8']);
  }
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > bytesMax) throw bodyTooLarge(bytesMax);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > bytesMax) throw bodyTooLarge(bytesMax);
      chunks.push(chunk);
    }
  } catch (error) {
    if (length > bytesMax) throw error;
    throw badRequest(`the body did not arrive whole: ${messageOf(error)}`);
  }
  return { bytes: Buffer.concat(chunks), mediaType: mediaTypeOf(request.headers['content-type']) };
}

const bodyTooLarge = (bytesMax: number): Error => tooLarge(`limit is ${bytesMax} bytes`);

/** `Application/JSON; charset=utf-8` is `application/json`. */
export function mediaTypeOf(contentType: string | undefined): string {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type === '' ? 'application/json' : type;
}

/**
 * The value of a JSON or YAML body.
 *
 * @throws StatusError 400 when it cannot be read, 415 for other media types.
 */
export function parseBody({ bytes, mediaType }: RequestBody): unknown {
  if (YAML_TYPES.has(mediaType)) return parseYaml(textOf(bytes));
  if (mediaType === 'application/json') return parseJson(textOf(bytes));
  throw wrongMediaType(mediaType, ['application/json', 'application/yaml']);
}

/**
 * The text of a body.
 *
 * @throws StatusError 400 for what is no UTF-8: replaced in silence, it would not be what was sent.
 */
export function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw badRequest('the body is no valid UTF-8; send binary data base64-encoded');
  return bytes.toString('utf8');
}

/** 415, with what to do instead where that is known. */
export function wrongMediaType(mediaType: string, accepted: readonly string[]): Error {
  return unsupportedMediaType(accepted, mediaType === PROTOBUF ? PROTOBUF_ALTERNATIVE : undefined);
}

/** @throws StatusError 400. */
export function parseJson(text: string): unknown {
  try {
    return bounded(JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw badRequest(`the body is no valid JSON: ${messageOf(error)}`);
  }
}

/**
 * YAML as kubectl reads it (api/yaml-parse.ts says which); duplicate keys, several documents, deep nesting and alias
 * bombs are refused. Most clients send JSON, which is YAML too and read many times faster as what it is.
 */
export function parseYaml(text: string): unknown {
  if (/^\s*\{/.test(text)) {
    try {
      return bounded(JSON.parse(text) as unknown);
    } catch (error) {
      if (error instanceof StatusError) throw error;
    }
  }
  if (text.length > YAML_CHARACTERS_MAX) {
    throw tooLarge(
      `limit is ${YAML_CHARACTERS_MAX} characters of YAML; JSON may have ${BODY_BYTES_MAX} bytes`,
    );
  }
  const { documents, faults } = readYamlDocuments(text, 'body');
  const [fault] = faults;
  if (fault !== undefined) {
    const place = `line ${fault.line}, column ${fault.column}`;
    throw badRequest(`the body is no valid YAML: ${place}: ${fault.message}`);
  }
  if (documents.length > 1) throw badRequest('the body holds several YAML documents; send one at a time');
  return bounded(documents[0]?.value ?? null);
}

/** Walks level by level without recursion, so that the check itself cannot exhaust the stack. */
function bounded(value: unknown): unknown {
  let level: object[] = isContainer(value) ? [value] : [];
  let count = 1;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > BODY_DEPTH_MAX) throw badRequest(`the body is nested deeper than ${BODY_DEPTH_MAX} levels`);
    const below: object[] = [];
    for (const container of level) {
      const values: unknown[] = Array.isArray(container) ? container : Object.values(container);
      count += values.length;
      for (const each of values) if (isContainer(each)) below.push(each);
    }
    if (count > BODY_VALUES_MAX) {
      throw tooLarge(`limit is ${BODY_VALUES_MAX} fields and list items, those inside of others included`);
    }
    level = below;
  }
  return value;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
