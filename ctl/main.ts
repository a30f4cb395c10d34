// Starts the `gantry` program with this process's own streams, environment and signals.
import { CliError, EXIT } from './command.ts';
import { runProgram } from './program.ts';

const FALLBACK_COLUMNS = 80;
const INTERRUPTED = 130;

const stop = new AbortController();
process.once('SIGINT', () => {
  stop.abort(new CliError('Interrupted.', { exitCode: INTERRUPTED }));
});

// A reader that has seen enough (`gantry get pods | head`) ends the program quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
});

process.exitCode = await runProgram(process.argv.slice(2), {
  io: {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    terminal: process.stdout.isTTY,
    columns: process.stdout.columns || FALLBACK_COLUMNS,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  },
  env: process.env,
  signal: stop.signal,
});
