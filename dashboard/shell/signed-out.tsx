// What is shown to whom the page does not know: how to get in.
import type { JSX } from 'preact';

/** `reason` is the server's sentence. */
export function SignedOut({ reason }: { reason: string }): JSX.Element {
  return (
    <main class="signed-out">
      <img src="/dashboard/icon.svg" alt="" width="48" height="48" />
      <h1>Gantry</h1>
      <p>You are not signed in: {reason}.</p>
      <p>
        Run <code>gantry dashboard</code> in a terminal: it opens this page with a token that works once.
      </p>
    </main>
  );
}
