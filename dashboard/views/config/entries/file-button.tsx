// A button that lets a file be chosen.
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';

/** @param of what the file is for, for those who cannot see where the button stands. */
export function FileButton({ label, of, onFile }: FileButtonProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="button plain small"
        aria-label={`${label}: ${of}`}
        onClick={() => input.current?.click()}
      >
        {label}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          // The same file may be chosen again, after it was changed.
          currentTarget.value = '';
          if (file !== undefined) onFile(file);
        }}
      />
    </>
  );
}

interface FileButtonProps {
  label: string;
  of: string;
  onFile: (file: File) => void;
}
