// A command in a container with its terminal on the screen: what is typed goes there, what it says comes here.
import { EXEC_PROTOCOL } from '@gantry/api/exec-channels';
import type { Status } from '@gantry/api/status-error';
import type { OpenSocket } from '../../../request/open-socket.ts';
import {
  endSentence,
  execPath,
  inputMessage,
  readMessage,
  resizeMessage,
  type ExecTarget,
} from './exec-messages.ts';
import type { Screen } from './screen.ts';

/** What is typed while more than this is not sent yet is lost: nobody types so much, and no paste should fill memory. */
const UNSENT_BYTES_MAX = 1024 * 1024;

/** Runs the command; `onEnd` gets how it ended. Returns what ends it. */
export function runTerminal(
  openSocket: OpenSocket,
  target: ExecTarget,
  screen: Screen,
  onEnd: (sentence: string) => void,
): () => void {
  const socket = openSocket(execPath(target), [EXEC_PROTOCOL]);
  socket.binaryType = 'arraybuffer';
  let outcome: Status | undefined;
  let opened = false;
  const send = (message: Uint8Array<ArrayBuffer>): void => {
    if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < UNSENT_BYTES_MAX)
      socket.send(message);
  };
  socket.onopen = () => {
    opened = true;
    const { columns, rows } = screen.size();
    send(resizeMessage(columns, rows));
    screen.focus();
  };
  socket.onmessage = ({ data }) => {
    const message = readMessage(data as ArrayBuffer);
    if (message.type === 'output') screen.write(message.bytes);
    else if (message.type === 'outcome') outcome = message.status;
  };
  socket.onclose = () => {
    // The browser does not tell a page why a WebSocket was refused.
    onEnd(
      opened
        ? endSentence(outcome)
        : 'The control plane did not open a terminal: the container may not run, or its node may not be connected.',
    );
  };
  screen.onInput((text) => send(inputMessage(text)));
  screen.onResize((columns, rows) => send(resizeMessage(columns, rows)));
  return () => {
    socket.onclose = null;
    socket.close();
  };
}
