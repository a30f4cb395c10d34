// Names and values as they lie in an inflated header block. Pure.

/** More are sent by no client of ours. */
export const HEADERS_MAX = 64;

/** Reads a block; names come out in lower case. @throws RangeError for what is no block, or more than the limit. */
export function readHeaders(block: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  const count = block.readUInt32BE(0);
  if (count > HEADERS_MAX) throw new RangeError(`${count} SPDY headers`);
  let at = 4;
  const take = (): string => {
    const start = at + 4;
    at = start + block.readUInt32BE(at);
    if (at > block.length) throw new RangeError('a SPDY header that is cut short');
    return block.toString('utf8', start, at);
  };
  for (let index = 0; index < count; index++) {
    const name = take().toLowerCase();
    headers.set(name, take());
  }
  return headers;
}

/** Headers to a block. */
export function encodeHeaders(headers: ReadonlyMap<string, string>): Buffer {
  const text = (value: string): Buffer[] => {
    const bytes = Buffer.from(value);
    return [uint32(bytes.length), bytes];
  };
  const pairs = [...headers].flatMap(([name, value]) => [...text(name.toLowerCase()), ...text(value)]);
  return Buffer.concat([uint32(headers.size), ...pairs]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
