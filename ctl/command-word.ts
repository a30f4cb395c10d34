// Which command a command line asks for, known before any command is loaded: only that one's code is then read. Pure.

/** Options of `gantry` itself that take the next word as their value. */
const WITH_VALUE = new Set(['--kubeconfig', '--context', '-n', '--namespace']);

/** The first word that is neither an option nor its value; the one behind `help` for `help X`. */
export function commandWordOf(words: readonly string[]): string | undefined {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (WITH_VALUE.has(word)) index += 1;
    else if (!word.startsWith('-') && word !== 'help') return word;
  }
  return undefined;
}
