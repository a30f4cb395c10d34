// Asks an address again and again and says when it began to answer, or ceased to. A program of its own, so that it can run
// on another host.
//   node flip-program.js HOST PORT
import { connect } from 'node:net';

const [, , host = '', port = ''] = process.argv;
const PAUSE_MS = 2;
const WITHIN_MS = 1_000;

/** Whether somebody sends a byte. */
function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), host, () => socket.write('GET / HTTP/1.0\r\n\r\n'));
    const finish = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.setTimeout(WITHIN_MS, () => finish(false));
    socket.once('data', () => finish(true));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
  });
}

let was: boolean | undefined;
for (;;) {
  const is = await answers();
  if (is !== was) process.stdout.write(`${is ? 'answers' : 'silent'} ${Date.now()}\n`);
  was = is;
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
