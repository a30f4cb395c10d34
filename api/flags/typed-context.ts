// The context of an evaluation as people type it: NAME=VALUE, again and again. Pure.

/** @returns the context, or the attribute that is none. */
export function typedContext(
  attributes: readonly string[],
): { context: Record<string, unknown> } | { fault: string } {
  const fault = attributes.find((attribute) => attribute.indexOf('=') <= 0);
  if (fault !== undefined) return { fault };
  const entries = attributes.map((attribute): [string, unknown] => {
    const at = attribute.indexOf('=');
    const [name, text] = [attribute.slice(0, at), attribute.slice(at + 1)];
    return [name, name === 'targetingKey' ? text : valueOf(text)];
  });
  return { context: Object.fromEntries(entries) };
}

/** Numbers, true, false, null, and JSON in brackets or quotes; all else is text. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
