// `Warning` headers, by which the server tells of fields that it dropped and the like (RFC 7234, section 5.5):
//   Warning: 299 - "unknown field \"spec.x\"", 299 - "another"

/** The sentences of all warnings in a header value; what is no warning is left out. */
export function parseWarnings(header: string | undefined): string[] {
  if (header === undefined) return [];
  const sentences: string[] = [];
  // Anchored one after another, so that a quoted comma or quote never starts a warning of its own.
  const warning = /\s*\d{3} [^\s"]+ "((?:\\[^]|[^"\\])*)"(?: "[^"]*")?\s*(?:,|$)/y;
  for (let match = warning.exec(header); match !== null; match = warning.exec(header)) {
    sentences.push((match[1] ?? '').replace(/\\([^])/g, '$1'));
    if (warning.lastIndex >= header.length) break;
  }
  return sentences;
}

/** One `Warning: 299` header value. Control characters, which headers cannot carry, become spaces. */
export function formatWarning(sentence: string): string {
  const printable = sentence.replace(/[\u0000-\u001f\u007f]+/g, ' ');
  return `299 - "${printable.replace(/["\\]/g, '\\$&')}"`;
}
