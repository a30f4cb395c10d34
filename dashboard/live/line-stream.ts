// An answer that goes on for as long as it is wanted, read line by line: for what is told over plain HTTP and not over the
// live connection. It begins anew after a break.

/** What a stream needs from the browser. */
export interface LineStreamDeps {
  fetch: typeof fetch;
  schedule(delayMs: number, run: () => void): () => void;
}

/** What is told of it. */
export interface LineListener {
  /** One line, parsed. */
  onValue(value: unknown): void;
  /** Why it broke off, or was refused; undefined once it goes on. */
  onProblem(problem: string | undefined): void;
}

/** Begun anew after this. */
const RETRY_MS = 2_000;
/** Longest line; a longer one is an error of the server. */
const LINE_CHARACTERS_MAX = 1_000_000;

/** Reads until the returned function is called. A refusal (4xx) is told once and not tried again. */
export function openLines(deps: LineStreamDeps, path: string, listener: LineListener): () => void {
  const end = new AbortController();
  let cancelRetry = (): void => undefined;
  const read = async (): Promise<void> => {
    const refusal = await readOnce(deps, path, listener, end.signal).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    if (end.signal.aborted) return;
    if (typeof refusal === 'object') {
      listener.onProblem(refusal.refused);
      return;
    }
    listener.onProblem(`it broke off and is begun anew${refusal === undefined ? '' : `: ${refusal}`}`);
    cancelRetry = deps.schedule(RETRY_MS, () => void read());
  };
  void read();
  return () => {
    end.abort();
    cancelRetry();
  };
}

async function readOnce(
  deps: LineStreamDeps,
  path: string,
  listener: LineListener,
  signal: AbortSignal,
): Promise<{ refused: string } | undefined> {
  const response = await deps.fetch(path, {
    credentials: 'same-origin',
    headers: { Accept: 'application/json' },
    signal,
  });
  if (!response.ok || response.body === null) {
    const refused = `the server answered ${response.status}: ${messageIn(await response.text())}`;
    if (response.status >= 500 || response.status === 429) throw new Error(refused);
    return { refused };
  }
  listener.onProblem(undefined);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return undefined;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARACTERS_MAX) throw new Error('a line is too long');
    for (const line of lines) if (line !== '') listener.onValue(JSON.parse(line));
  }
}

function messageIn(text: string): string {
  try {
    const status = JSON.parse(text) as { message?: unknown };
    return typeof status.message === 'string' ? status.message : text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
