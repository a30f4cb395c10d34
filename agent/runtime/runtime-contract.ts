// What every runtime has to prove. Each test has a node of its own, which is cleaned up however the test ends.
import type { TestFn } from 'ava';
import type { RuntimeSubject } from './contract/contract-bench.ts';
import { testLifecycle } from './contract/lifecycle-contract.ts';
import { testPorts } from './contract/ports-contract.ts';
import { testStop } from './contract/stop-contract.ts';
import { testStreams } from './contract/streams-contract.ts';
import { testSurroundings } from './contract/surroundings-contract.ts';

export type { RuntimeSubject } from './contract/contract-bench.ts';

/** Registers the suite. */
export function testRuntimeContract(test: TestFn, subject: RuntimeSubject): void {
  testLifecycle(test, subject);
  testPorts(test, subject);
  testStop(test, subject);
  testStreams(test, subject);
  testSurroundings(test, subject);
}
