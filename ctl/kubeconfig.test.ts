import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { accessFrom, readKubeconfig, type Kubeconfig } from './kubeconfig.ts';

const config: Kubeconfig = {
  'current-context': 'gantry',
  clusters: [
    {
      name: 'c',
      cluster: {
        server: 'https://127.0.0.1:6443/',
        'certificate-authority-data': Buffer.from('CA').toString('base64'),
      },
    },
  ],
  users: [{ name: 'u', user: { token: 'secret' } }],
  contexts: [
    { name: 'gantry', context: { cluster: 'c', user: 'u' } },
    { name: 'team', context: { cluster: 'c', user: 'nobody', namespace: 'team' } },
    { name: 'broken', context: { cluster: 'gone', user: 'u' } },
  ],
};

test('the current context is used unless another is named', (t) => {
  t.deepEqual(accessFrom(config, 'f'), {
    contextName: 'gantry',
    server: 'https://127.0.0.1:6443',
    certificateAuthority: 'CA',
    insecureSkipTlsVerify: false,
    token: 'secret',
    namespace: 'default',
  });
  t.is(accessFrom(config, 'f', 'team').namespace, 'team');
});

test('certificates may be files beside the kubeconfig', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, 'u.crt'), 'CERT');
  const files = { ...config, users: [{ name: 'u', user: { 'client-certificate': 'u.crt' } }] };
  t.is(accessFrom(files, join(folder, 'config')).clientCertificate, 'CERT');
  const missing = { ...config, users: [{ name: 'u', user: { 'client-key': 'none.key' } }] };
  t.throws(() => accessFrom(missing, join(folder, 'config')), { message: /none\.key, which cannot be read/ });
});

test('what is missing is named', (t) => {
  t.throws(() => accessFrom(config, 'file', 'nope'), { message: 'file has no context "nope".' });
  t.throws(() => accessFrom(config, 'file', 'broken'), { message: /names the cluster "gone"/ });
  t.throws(() => readKubeconfig('/nonexistent/kubeconfig'), { message: /There is no kubeconfig at/ });
});
