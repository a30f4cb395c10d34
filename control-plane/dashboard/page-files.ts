// The files of the dashboard's page, read once into memory: what is served is what was there at the start, and no
// request's path ever reaches the disk.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { OperationalError } from '@gantry/kit/operational-error';

const pack = promisify(gzip) as (bytes: Buffer, options: { level: number }) => Promise<Buffer>;

/** More than a page of ours will ever have. */
export const PAGE_FILES_MAX = 500;
export const PAGE_BYTES_MAX = 32 * 1024 * 1024;
const INDEX = 'index.html';

/** One file, ready to be sent. */
export interface PageFile {
  contentType: string;
  bytes: Buffer;
  /** Absent where packing does not pay. */
  packed?: Buffer;
  /** With its quotes. */
  etag: string;
}

/** The page: its first document and all else by path below the page's own. */
export interface Page {
  index: string;
  /** `assets/index-abc.js`. */
  files: ReadonlyMap<string, PageFile>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
/** Packed by themselves. */
const PACKED_TYPES: ReadonlySet<string> = new Set(['.png', '.woff2', '.ico']);

/**
 * Reads a folder, links in it passed by.
 *
 * @returns undefined when there is no page in it.
 * @throws OperationalError `page-too-large`.
 */
export async function readPage(folder: string): Promise<Page | undefined> {
  const paths = await filesBelow(folder);
  if (!paths.includes(INDEX)) return undefined;
  if (paths.length > PAGE_FILES_MAX)
    throw new OperationalError('page-too-large', `the dashboard has more than ${PAGE_FILES_MAX} files`);
  const files = new Map<string, PageFile>();
  let left = PAGE_BYTES_MAX;
  for (const path of paths) {
    const type = TYPES[extname(path)];
    // Maps for debuggers and the like are not part of the page.
    if (type === undefined) continue;
    const bytes = await readFile(join(folder, path));
    left -= bytes.length;
    if (left < 0)
      throw new OperationalError('page-too-large', `the dashboard has more than ${PAGE_BYTES_MAX} bytes`);
    files.set(path, await pageFile(bytes, type, extname(path)));
  }
  return { index: files.get(INDEX)?.bytes.toString('utf8') ?? '', files };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

async function pageFile(bytes: Buffer, contentType: string, ending: string): Promise<PageFile> {
  const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
  const packed = PACKED_TYPES.has(ending) ? undefined : await pack(bytes, { level: 9 });
  const pays = packed !== undefined && packed.length < bytes.length;
  return { contentType, bytes, etag, ...(pays ? { packed } : {}) };
}
