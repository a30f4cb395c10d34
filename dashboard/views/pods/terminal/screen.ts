// The screen of a terminal in the page: xterm.js, in the colours of the theme.
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';

/** Where output appears and input comes from. */
export interface Screen {
  write(bytes: Uint8Array | string): void;
  onInput(listener: (text: string) => void): void;
  onResize(listener: (columns: number, rows: number) => void): void;
  size(): { columns: number; rows: number };
  focus(): void;
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
    documentOverride: documentWithNonce(place.ownerDocument),
    // Without it a screen reader hears nothing of the output.
    screenReaderMode: true,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  openWithNonce(place.ownerDocument, () => terminal.open(place));
  fit.fit();
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(place);
  return {
    write: (bytes) => terminal.write(bytes),
    onInput: (listener) => void terminal.onData(listener),
    onResize: (listener) => void terminal.onResize(({ cols, rows }) => listener(cols, rows)),
    size: () => ({ columns: terminal.cols, rows: terminal.rows }),
    focus: () => terminal.focus(),
    close() {
      observer.disconnect();
      terminal.dispose();
    },
  };
}

function themeOf(place: HTMLElement): Record<string, string> {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
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
  };
}

/**
 * The document, but each style element that is made carries the page's nonce: xterm.js makes some, and the page's policy
 * lets no others in.
 */
function documentWithNonce(document: Document): Document {
  const createElement = withNonce(document);
  return new Proxy(document, {
    get(target, key) {
      if (key === 'createElement') return createElement;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** One style element xterm.js takes from the window's own document, whatever document it is given. */
function openWithNonce(document: Document, open: () => void): void {
  document.createElement = withNonce(document) as Document['createElement'];
  try {
    open();
  } finally {
    // The one of its prototype counts again.
    Reflect.deleteProperty(document, 'createElement');
  }
}

function withNonce(document: Document): (name: string) => HTMLElement {
  const nonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  const create = document.createElement.bind(document);
  return (name) => {
    const element = create(name);
    if (name === 'style') element.nonce = nonce;
    return element;
  };
}
