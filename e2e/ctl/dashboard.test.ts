// `gantry dashboard` against a control plane with logins.
import test from 'ava';
import { FROM_PAGE, send, startTestDashboard } from '@gantry/control-plane/dashboard/test-dashboard';
import { startCtlWorld } from './ctl-world.ts';

test('gantry dashboard prints a link that logs in once, and a next step when there is none', async (t) => {
  const dashboard = await startTestDashboard();
  const world = await startCtlWorld();
  t.teardown(() => Promise.all([world.stop(), dashboard.stop()]));
  const { url } = dashboard.plane;
  const token = (await dashboard.bearer('ann', 'system:masters'))['authorization']?.slice(7) ?? '';
  const kubeconfig = world.file('with-logins', JSON.stringify(kubeconfigOf(url, token)));
  const answer = await world.gantry(`--kubeconfig ${kubeconfig} dashboard --print`);
  t.is(answer.exitCode, 0);
  t.regex(answer.err, /^Open it in a browser within a minute; it logs in once\./);
  const login = new RegExp(`^${url}/dashboard/#login=(\\S+)\n$`).exec(answer.out)?.[1] ?? '';
  const session = '/gantry/v1/dashboard/session';
  const logIn = () => send(url, 'POST', session, { origin: url, ...FROM_PAGE }, { token: login });
  t.deepEqual([(await logIn()).status, (await logIn()).status], [200, 401]);
  // A control plane of before has no logins.
  t.not((await world.gantry('dashboard --print')).exitCode, 0);
  t.regex((await world.gantry('dashboard --help')).out, /--print +print the link only/);
});

function kubeconfigOf(server: string, token: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'x',
    clusters: [{ name: 'x', cluster: { server } }],
    users: [{ name: 'x', user: { token } }],
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
  };
}
