// Which part of an answer a metric of the provider web takes, in kubectl's form: `{$.data.items[0].value}`. Pure. What
// would be evaluated (filters, scripts) is not read at all.

/** A step of a path: `.name`, `.*`, `..name`, `..*`. */
const NAMED = /^\.{1,2}(?:\*|[^\s.,:[\](){}'"`?@^~\\]+)/;
/** `[0]`, `[-1]`, `[0,2]`, `[1:3]`, `[*]`, `['a.b']`, also after `..`. */
const BRACKETED = /^(?:\.\.)?\[\s*(?:\*|-?\d+(?:\s*,\s*-?\d+)*|-?\d*:-?\d*(?::-?\d*)?|'[^']+'|"[^"]+")\s*\]/;
const SHOWN_CHARS = 20;

/** The path from the root, `$…`; or why it cannot be read. */
export function answerPath(text: string): { path: string } | { problem: string } {
  const whole = text.trim();
  if (whole.startsWith('{') !== whole.endsWith('}'))
    return { problem: 'a brace is missing: write it as {$.data.ok}' };
  const inner = whole.replace(/^\{(.*)\}$/s, '$1').trim();
  const body = inner.replace(/^\$/, '');
  let rest = body === '' || /^[.[]/.test(body) ? body : `.${body}`;
  const path = `$${rest}`;
  while (rest !== '') {
    const step = (NAMED.exec(rest) ?? BRACKETED.exec(rest))?.[0];
    if (step === undefined) return { problem: problemAt(rest) };
    rest = rest.slice(step.length);
  }
  return { path };
}

function problemAt(rest: string): string {
  if (/^\.{0,2}\[\s*\??\(/.test(rest)) return 'filters are not supported, use conditions';
  const shown = rest.length > SHOWN_CHARS ? `${rest.slice(0, SHOWN_CHARS)}…` : rest;
  return `it cannot be read from "${shown}" on: a step is .name, .*, ..name, [0], [1:3], [*] or ['a name']`;
}
