/** Tests run from the TypeScript sources through tsx; `gantry-source` makes workspace imports resolve to them. */
export default {
  files: ['**/*.test.ts', '!**/dist/**'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx', '--conditions=gantry-source'],
  workerThreads: false,
  timeout: '2m',
  concurrency: 2,
};
