// `Warning` headers, by which the server tells of fields that it dropped and the like (RFC 7234, section 5.5):
//   Warning: 299 - "unknown field \"spec.x\"", 299 - "another"

/** The sentences of all warnings in a header value; what is no warning is left out. */
export function parseWarnings(headerValue: string | undefined): string[] {
  if (headerValue === undefined) return [];
  const header = fromBytes(headerValue);
  const sentences: string[] = [];
  // Anchored one after another, so that a quoted comma or quote never starts a warning of its own.
  const warning = /\s*\d{3} [^\s"]+ "((?:\\[^]|[^"\\])*)"(?: "[^"]*")?\s*(?:,|$)/y;
  for (let match = warning.exec(header); match !== null; match = warning.exec(header)) {
    sentences.push((match[1] ?? '').replace(/\\([^])/g, '$1'));
    if (warning.lastIndex >= header.length) break;
  }
  return sentences;
}

/**
 * One `Warning: 299` header value. Control characters, which headers cannot carry, become spaces; other characters
 * beyond Latin-1 become the bytes of their UTF-8, one character each, as Node's headers want it and Go reads it.
 */
export function formatWarning(sentence: string): string {
  const printable = sentence.replace(/[\u0000-\u001f\u007f]+/g, ' ');
  const bytes = new TextEncoder().encode(`299 - "${printable.replace(/["\\]/g, '\\$&')}"`);
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/** Some HTTP libraries hand out header bytes one character each, others have read UTF-8 already. */
function fromBytes(header: string): string {
  const codes = Array.from(header, (character) => character.codePointAt(0) ?? 0);
  if (!codes.some((code) => code > 0x7f) || codes.some((code) => code > 0xff)) return header;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(codes));
  } catch {
    return header;
  }
}
