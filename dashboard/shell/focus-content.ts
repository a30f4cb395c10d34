// Where the focus goes when what had it is gone from the page.

/** The page's content gets the focus: the next key goes on from there, not from the top of the window. */
export function focusContent(): void {
  document.getElementById('content')?.focus();
}
