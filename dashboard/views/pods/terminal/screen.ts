// The screen of a terminal in the page: xterm.js, in the colours of the theme.
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { readColours } from '../../../parts/theme-colours.ts';

/** Where output appears and input comes from. */
export interface Screen {
  write(bytes: Uint8Array | string): void;
  onInput(listener: (text: string) => void): void;
  onResize(listener: (columns: number, rows: number) => void): void;
  size(): { columns: number; rows: number };
  focus(): void;
  /** The theme has changed. */
  recolour(): void;
  close(): void;
}

/** Lines kept above the screen. */
const SCROLLBACK_LINES = 5_000;

/** Opens a screen in a place, as large as it is. */
export function openScreen(place: HTMLElement): Screen {
  const terminal = new Terminal({
    cursorBlink: true,
    fontSize: 14,
    fontFamily: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace",
    scrollback: SCROLLBACK_LINES,
    theme: themeOf(place),
    // Without it a screen reader hears nothing of the output.
    screenReaderMode: true,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  withNonce(place.ownerDocument, () => terminal.open(place));
  fit.fit();
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(place);
  return {
    write: (bytes) => terminal.write(bytes),
    onInput: (listener) => void terminal.onData(listener),
    onResize: (listener) => void terminal.onResize(({ cols, rows }) => listener(cols, rows)),
    size: () => ({ columns: terminal.cols, rows: terminal.rows }),
    focus: () => terminal.focus(),
    recolour() {
      terminal.options.theme = themeOf(place);
    },
    close() {
      observer.disconnect();
      terminal.dispose();
    },
  };
}

function themeOf(place: HTMLElement): Record<string, string> {
  return readColours(place, (colour) => ({
    background: colour('--ground'),
    foreground: colour('--text'),
    cursor: colour('--accent'),
    selectionBackground: colour('--busy-ground'),
    red: colour('--bad'),
    green: colour('--good'),
    yellow: colour('--warn'),
    blue: colour('--busy'),
    cyan: colour('--series-3'),
    magenta: colour('--series-4'),
  }));
}

/**
 * While it works, each style element that is made carries the page's nonce: xterm.js makes some when it is opened, knows
 * of no nonce, and the page's policy lets no others in.
 */
function withNonce(document: Document, work: () => void): void {
  const nonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  const make = document.createElement.bind(document);
  Object.defineProperty(document, 'createElement', {
    configurable: true,
    value: (name: string, options?: ElementCreationOptions) => {
      const element = make(name, options);
      if (name === 'style') element.nonce = nonce;
      return element;
    },
  });
  try {
    work();
  } finally {
    // The prototype's own is in sight again.
    Reflect.deleteProperty(document, 'createElement');
  }
}
