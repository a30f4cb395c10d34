// What is said beside the link.
import test from 'ava';
import { dashboardHints } from './dashboard-hints.ts';

const rows: [what: string, sight: Parameters<typeof dashboardHints>[0], says: RegExp, not: RegExp][] = [
  [
    'no browser',
    { opened: false, secure: true, authorityFile: '/x/ca.crt' },
    /Open it in a browser.*Import: \/x\/ca\.crt/s,
    /Opened/,
  ],
  [
    'a browser',
    { opened: true, secure: true, authorityFile: '/x/ca.crt' },
    /Opened in your browser.*certutil/s,
    /Open it/,
  ],
  [
    'a cluster elsewhere',
    { opened: false, secure: true, authorityFile: undefined },
    /certificate-authority-data/,
    /certutil/,
  ],
  [
    'without TLS',
    { opened: false, secure: false, authorityFile: undefined },
    /within a minute/,
    /certificate/,
  ],
];

for (const [what, sight, says, not] of rows) {
  test(what, (t) => {
    t.regex(dashboardHints(sight), says);
    t.notRegex(dashboardHints(sight), not);
  });
}
