// Where focus goes when something that had taken a button's place is gone: back to that button.
import { useEffect, useRef } from 'preact/hooks';

/** @returns the ref of the button; it gets the focus each time `isOpen` ends. */
export function useFocusBack(isOpen: boolean): { current: HTMLButtonElement | null } {
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return button;
}
