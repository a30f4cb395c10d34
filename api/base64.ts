// Base64 without Node: texts as Secrets hold them.

/** The text's UTF-8 bytes in base64. */
export function encodeBase64(text: string): string {
  return encodeBytes(new TextEncoder().encode(text));
}

/** Bytes in base64. */
export function encodeBytes(bytes: Uint8Array): string {
  return btoa(binary(bytes));
}

/** The text behind base64 in UTF-8; undefined when it is neither. */
export function decodeBase64(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    // A mark at the beginning is part of the text: whoever encodes it again gets the same bytes.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** In pieces, since a call takes only so many arguments. */
const PIECE_BYTES = 8192;

function binary(bytes: Uint8Array): string {
  let letters = '';
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    letters += String.fromCharCode(...bytes.subarray(start, start + PIECE_BYTES));
  }
  return letters;
}
