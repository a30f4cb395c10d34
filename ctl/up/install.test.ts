import test from 'ava';
import { readSource } from './install.ts';

test("finds Debian's archive in both formats of apt's sources", (t) => {
  t.deepEqual(
    readSource(
      'Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\nSigned-By: /usr/share/k.gpg\n',
    ),
    { uri: 'http://mirror.example/debian', signedBy: '/usr/share/k.gpg' },
  );
  t.deepEqual(readSource('deb [signed-by=/k.gpg] https://mirror.example/debian bookworm main\n'), {
    uri: 'https://mirror.example/debian',
    signedBy: '/k.gpg',
  });
  t.deepEqual(readSource('deb http://mirror.example/debian bookworm main\n'), {
    uri: 'http://mirror.example/debian',
  });
});

test('passes over other archives', (t) => {
  t.is(readSource('URIs: http://mirror.example/debian-security\n'), undefined);
  t.is(readSource('deb https://packages.example/apt stable main\n'), undefined);
  t.is(readSource(''), undefined);
});
