// A connection to a port in a hollow pod: whoever listens says its answer at once and ends; what it is sent is lost.
import { Duplex } from 'node:stream';
import { OperationalError } from '@gantry/kit/operational-error';
import { dialFailure } from '../dial-failure.ts';
import type { HollowState } from './hollow-state.ts';

/** @throws as {@link Runtime.connectPort}. */
export function connectHollowPort({ sandboxes }: HollowState, sandboxId: string, port: number): Duplex {
  const sandbox = sandboxes.get(sandboxId);
  if (sandbox === undefined) throw new OperationalError('not-found', `No such container: ${sandboxId}`);
  if (sandbox.status !== 'running') {
    throw new OperationalError('not-running', `sandbox ${sandboxId} is not running`);
  }
  const listener = sandbox.listeners.get(port);
  if (listener === undefined) throw dialFailure('ECONNREFUSED', port, '');
  const said = Buffer.from(listener.answer({ path: '/' }).body);
  return new Duplex({
    read() {
      if (said.length > 0) this.push(said);
      this.push(null);
    },
    write(_chunk, _encoding, done) {
      done();
    },
  });
}
