// Colours of the theme as they are at this moment, for what is not drawn by CSS: charts and terminals.

/**
 * Reads colours by the names of their CSS variables: `--series-1` to `rgb(31, 79, 216)`.
 *
 * The variables themselves hold both themes' colours; only a property of an element is one of them.
 */
export function readColours<T>(place: HTMLElement, read: (colourOf: (name: string) => string) => T): T {
  const probe = place.ownerDocument.createElement('span');
  place.append(probe);
  const style = getComputedStyle(probe);
  try {
    return read((name) => {
      probe.style.color = `var(${name})`;
      return style.color;
    });
  } finally {
    probe.remove();
  }
}
