// Analyses through the API: Argo Rollouts' manifests under both names, what is said of what is not done, and runs that the leader
// of a whole control plane measures.
import test from 'ava';
import { sleep, systemClock } from '@gantry/kit/clock';
import { analysisRunController } from '../controllers/analysis-run/analysis-run-controller.ts';
import { startTestServer } from './test-server.ts';
import { testClient } from './test-client.ts';

const OWN = '/apis/gantry.dev/v1alpha1';
const ARGO = '/apis/argoproj.io/v1alpha1';
const TEMPLATE = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'success-rate' },
  spec: {
    args: [{ name: 'service-name' }, { name: 'prometheus-port', value: '9090' }],
    metrics: [
      {
        name: 'success-rate',
        interval: '5m',
        successCondition: 'result[0] >= 0.95',
        failureLimit: 3,
        provider: {
          prometheus: {
            address: 'http://prometheus.example.com:{{args.prometheus-port}}',
            query: 'sum(irate(requests{service="{{args.service-name}}"}[5m]))',
          },
        },
      },
    ],
  },
};

test('a template of Argo Rollouts is taken as it is, and read under both names', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const path = '/namespaces/default/analysistemplates';
  t.is((await client.call('POST', `${ARGO}${path}`, TEMPLATE)).code, 201);
  t.like((await client.get(`${OWN}${path}/success-rate`)).body, { apiVersion: 'gantry.dev/v1alpha1' });
  t.like((await client.get(`${ARGO}${path}/success-rate`)).body, { apiVersion: 'argoproj.io/v1alpha1' });
  const cluster = { ...TEMPLATE, kind: 'ClusterAnalysisTemplate' };
  t.is((await client.call('POST', `${ARGO}/clusteranalysistemplates`, cluster)).code, 201);
});

test('a provider that is not there is named; a template that names an unknown argument is refused', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const path = `${ARGO}/namespaces/default/analysistemplates`;
  const post = async (spec: object) => {
    const response = await fetch(`${plane.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...TEMPLATE, spec }),
    });
    return {
      code: response.status,
      warning: response.headers.get('warning') ?? '',
      text: await response.text(),
    };
  };
  const datadog = await post({ metrics: [{ name: 'a', provider: { datadog: { query: 'x' } } }] });
  t.is(datadog.code, 422);
  t.regex(
    `${datadog.warning}${datadog.text}`,
    /spec\.metrics\[0\]\.provider: .*one of gantry, prometheus, web, job/,
  );
  const authentication = { sigv4: { region: 'eu-west-1' } };
  const signed = {
    ...TEMPLATE.spec.metrics[0],
    provider: { prometheus: { address: 'http://p', query: 'up', authentication } },
  };
  const warned = await post({ metrics: [signed] });
  t.is(warned.code, 201);
  t.regex(warned.warning, /sigv4.*Put a proxy that signs requests/);
  const unknown = await post({ metrics: TEMPLATE.spec.metrics });
  t.is(unknown.code, 422);
  t.regex(unknown.text, /there is no argument service-name in `args`/);
});

test('the leader of a whole control plane measures a run to its end', async (t) => {
  const plane = await startTestServer({
    controllers: [analysisRunController()],
    measure: () => Promise.resolve({ measurement: { phase: 'Successful', value: '1' } }),
  });
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const path = `${OWN}/namespaces/default/analysisruns`;
  const metrics = [{ name: 'up', provider: { web: { url: 'http://metrics.test/' } } }];
  const run = {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'AnalysisRun',
    metadata: { name: 'run' },
    spec: { metrics },
  };
  t.is((await client.call('POST', path, run)).code, 201);
  let phase: unknown;
  for (let tries = 0; tries < 200 && phase !== 'Successful'; tries += 1) {
    await sleep(systemClock, 50);
    const { body } = await client.get(`${path}/run`);
    phase = (body['status'] as { phase?: string } | undefined)?.phase;
  }
  t.is(phase, 'Successful');
  const changed = { ...run, spec: { metrics: [{ ...metrics[0], successCondition: 'result == 2' }] } };
  const refused = await client.call('PUT', `${path}/run`, changed);
  t.is(refused.code, 422);
});
