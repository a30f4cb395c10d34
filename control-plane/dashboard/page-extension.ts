// Serves the page, to everybody: it holds no secret, and who may see what is decided when it asks.
import { randomBytes } from 'node:crypto';
import { StatusError, notFound } from '@gantry/api/status-error';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { unknownPath } from '../server/error-answer.ts';
import type { Extension, ExtensionAnswer, ExtensionRequest } from '../server/extension.ts';
import { readPage, type Page, type PageFile } from './page-files.ts';
import { contentPolicy, NONCE_PLACE, PAGE_HEADERS } from './page-headers.ts';

/** Where the page is. */
export const PAGE_PATH = '/dashboard/';
const ASSETS = 'assets/';
const NONCE_BYTES = 16;
/** The names of assets change with what is in them. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The page's paths, and `/` for who types the address alone. */
export function pageExtensions(deps: { folder: string; logger: Logger }): Extension[] {
  // Reading and packing must not hold up the start of the control plane; the first who asks waits for it.
  const page = readPage(deps.folder).catch((error: unknown) => {
    deps.logger.error('the dashboard cannot be served', { error: messageOf(error) });
    return undefined;
  });
  const methods = ['GET', 'HEAD'];
  return [
    { path: '/', methods, access: 'anonymous', answer: async (request) => fromRoot(request) },
    { path: '/dashboard', methods, access: 'anonymous', answer: async () => moved() },
    {
      path: PAGE_PATH,
      below: true,
      methods,
      access: 'anonymous',
      answer: async (request) => answerPage(await page, request),
    },
  ];
}

function moved(): ExtensionAnswer {
  return { status: 302, headers: { Location: PAGE_PATH, ...PAGE_HEADERS }, body: '' };
}

/** Only a browser is led to the page; for programs nothing is served under `/`. */
function fromRoot({ headers }: ExtensionRequest): ExtensionAnswer {
  if (headers.accept?.includes('text/html') !== true) throw unknownPath();
  return moved();
}

function answerPage(page: Page | undefined, request: ExtensionRequest): ExtensionAnswer {
  if (page === undefined) throw noPage();
  const path = decoded(request.path.slice(PAGE_PATH.length));
  const file = path === 'index.html' ? undefined : page.files.get(path);
  if (file !== undefined) return answerFile(file, path, request);
  // A file that is missing is not a place within the page: a document in its stead would be cached as a script.
  if (path.startsWith(ASSETS))
    throw notFound({ group: '', resource: 'dashboard assets' }, path.slice(0, 100));
  return answerDocument(page.index, request);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw unknownPath();
  }
}

function answerFile(file: PageFile, path: string, { headers }: ExtensionRequest): ExtensionAnswer {
  const shared = {
    ...PAGE_HEADERS,
    ETag: file.etag,
    'Cache-Control': path.startsWith(ASSETS) ? FOR_EVER : 'no-cache',
    Vary: 'Accept-Encoding',
  };
  if (headers['if-none-match']?.includes(file.etag) === true)
    return { status: 304, headers: shared, body: '' };
  const packed = acceptsGzip(headers['accept-encoding']) ? file.packed : undefined;
  const encoding = packed === undefined ? {} : { 'Content-Encoding': 'gzip' };
  return {
    status: 200,
    headers: { ...shared, ...encoding, 'Content-Type': file.contentType },
    body: packed ?? file.bytes,
  };
}

/** Never 304: a document from the browser's cache would carry another nonce than its headers. */
function answerDocument(index: string, { credentials }: ExtensionRequest): ExtensionAnswer {
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  const { headers, secure } = credentials;
  return {
    status: 200,
    headers: {
      ...PAGE_HEADERS,
      'Content-Security-Policy': contentPolicy(nonce, headers.host, secure),
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-cache',
    },
    body: index.replaceAll(NONCE_PLACE, nonce),
  };
}

function acceptsGzip(header: string | readonly string[] | undefined): boolean {
  return /(^|[\s,])gzip\s*($|[,;](?!\s*q=0(\.0*)?\s*($|,)))/.test(String(header ?? ''));
}

function noPage(): StatusError {
  const { status } = unknownPath();
  return new StatusError({ ...status, message: 'this build has no dashboard: run `make build`' });
}
