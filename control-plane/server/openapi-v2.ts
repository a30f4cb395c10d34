// OpenAPI v2: an empty document that says where the schemas are. kubectl asks for it, in protobuf, before it applies a
// `kind: List` or a kind that it cannot find; what it finds no schema for, it leaves to the server's own checks.
import { notAcceptable } from '@gantry/api/status-error';
import type { Answer } from './exchange.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
/** kubectl asks with the first, which it cannot read as a media type when it is answered. */
const PROTOBUF_TYPES = ['application/com.github.proto-openapi.spec.v2@v1.0+protobuf', PROTOBUF];

const SWAGGER = '2.0';
const TITLE = 'Gantry: schemas are in /openapi/v3';

/** The document in the form that is accepted. @throws StatusError 406. */
export function openapiV2(accept: string | undefined, version: string): Answer {
  const types = (accept ?? JSON_TYPE).split(',').map((part) => part.split(';')[0]?.trim() ?? '');
  if (types.some((type) => PROTOBUF_TYPES.includes(type))) {
    return { type: 'text', status: 200, contentType: PROTOBUF, text: protobufDocument(version) };
  }
  if (!types.some((type) => type === JSON_TYPE || type === '*/*')) {
    throw notAcceptable([JSON_TYPE, PROTOBUF]);
  }
  const text = JSON.stringify({ swagger: SWAGGER, info: { title: TITLE, version }, paths: {} });
  return { type: 'text', status: 200, contentType: JSON_TYPE, text };
}

/** Numbers of gnostic's openapi.v2 Document: swagger 1, info 2 (title 1, version 2), paths 8. */
function protobufDocument(version: string): string {
  const info = field(1, TITLE) + field(2, version);
  return field(1, SWAGGER) + field(2, info) + field(8, '');
}

/** A field with a length. ASCII of less than 128 characters, so that text is bytes and the length is one of them. */
function field(number: number, text: string): string {
  return String.fromCharCode((number << 3) | 2, text.length) + text;
}
