// Colours, only where the output is a terminal. Names keep their colour from line to line and run to run.
import picocolors from 'picocolors';

/** Paints text. */
export type Paint = (text: string) => string;

const PLAIN: Paint = (text) => text;

/** Semantic colours. */
export interface Palette {
  good: Paint;
  bad: Paint;
  waiting: Paint;
  dim: Paint;
}

/** The palette of a terminal; plain text elsewhere. */
export function paletteFor(terminal: boolean): Palette {
  const colours = picocolors.createColors(terminal);
  return { good: colours.green, bad: colours.red, waiting: colours.yellow, dim: colours.dim };
}

/** A colour for a name, by its characters. */
export function colourOf(terminal: boolean, name: string): Paint {
  if (!terminal) return PLAIN;
  const { cyan, green, yellow, magenta, blue, cyanBright, greenBright, magentaBright } =
    picocolors.createColors(true);
  const paints = [cyan, green, yellow, magenta, blue, cyanBright, greenBright, magentaBright];
  const sum = [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return paints[sum % paints.length] ?? PLAIN;
}
