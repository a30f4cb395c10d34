import test from 'ava';
import { withCurrentContext, withNamespace } from './change-kubeconfig.ts';
import { redacted } from './redact.ts';

const text = `# mine
current-context: a
contexts:
  - name: a # first
    context: { cluster: c, user: u }
  - name: b
    context:
      cluster: c
      user: u
`;

test('another context, all else as it was', (t) => {
  t.is(withCurrentContext(text, 'b'), text.replace('current-context: a', 'current-context: b'));
});

test('another namespace, all else as it was', (t) => {
  const changed = withNamespace(text, 'b', 'team');
  t.is(changed, text.replace(/user: u\n$/, 'user: u\n      namespace: team\n'));
  t.is(withNamespace(changed, 'b', 'team'), changed);
});

test('a context that is not there is named with those that are', (t) => {
  const error = t.throws(() => withCurrentContext(text, 'z'), { message: 'There is no context "z".' });
  t.like(error, { nextStep: 'There are: a, b.' });
});

test('secrets are not shown', (t) => {
  const user = { token: 't', 'client-key-data': 'k', 'client-certificate-data': 'c', tokenFile: 'f' };
  t.deepEqual(redacted({ users: [{ name: 'u', user }] }), {
    users: [
      {
        name: 'u',
        user: {
          token: 'REDACTED',
          'client-key-data': 'REDACTED',
          'client-certificate-data': 'DATA+OMITTED',
          tokenFile: 'f',
        },
      },
    ],
  });
});
