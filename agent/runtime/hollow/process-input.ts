// The input of a hollow process: pieces wait until they are read.

export interface ProcessInput {
  push(text: string): void;
  /** No more will come. */
  end(): void;
  /** The next piece; undefined at the end. */
  next(): Promise<string | undefined>;
}

export function createProcessInput(): ProcessInput {
  const waiting: string[] = [];
  let isEnded = false;
  let tell: () => void = () => undefined;
  return {
    push(text) {
      if (!isEnded) waiting.push(text);
      tell();
    },
    end() {
      isEnded = true;
      tell();
    },
    async next() {
      while (waiting.length === 0 && !isEnded) await new Promise<void>((resolve) => (tell = resolve));
      return waiting.shift();
    },
  };
}
