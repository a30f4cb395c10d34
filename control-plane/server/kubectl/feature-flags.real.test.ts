// FeatureFlags by stock kubectl, in the words of the OpenFeature operator and in Gantry's own.
import { startTestServer } from '../test-server.ts';
import { scenario } from './scenario.ts';
import type { Step } from './scenario.ts';

const flags = (apiVersion: string, defaultVariant: string): string => `
apiVersion: ${apiVersion}
kind: FeatureFlag
metadata: {name: shop}
spec:
  flagSpec:
    flags:
      checkout:
        state: ENABLED
        variants: {"on": true, "off": false}
        defaultVariant: "${defaultVariant}"
        targeting: {fractional: [["on", 10], ["off", 90]]}
`;
const ALIAS = 'core.openfeature.dev/v1beta1';
const OWN = 'gantry.dev/v1alpha1';

const steps: Step[] = [
  { run: 'apply -f -', stdin: flags(ALIAS, 'off'), out: /shop created/ },
  { run: 'apply -f -', stdin: flags(ALIAS, 'off'), out: /shop unchanged/ },
  { run: 'apply -f -', stdin: flags(ALIAS, 'on'), out: /shop configured/ },
  { run: 'apply --server-side --force-conflicts -f -', stdin: flags(ALIAS, 'on'), out: /serverside-applied/ },
  {
    run: 'get featureflags.core.openfeature.dev shop -o yaml',
    out: /^apiVersion: core\.openfeature\.dev\/v1beta1$/m,
  },
  { run: 'get featureflags.gantry.dev shop -o yaml', out: /^apiVersion: gantry\.dev\/v1alpha1$/m },
  { run: 'get ff', out: /^NAME +FLAGS +ENABLED +AGE\nshop +1 +1\/1 / },
  { run: 'apply -f -', stdin: flags(OWN, 'off'), out: /shop configured/ },
  { run: 'describe featureflags.gantry.dev shop', out: /FlagChanged/ },
  {
    run: 'get controllerrevisions -o yaml',
    out: [
      /gantry\.dev\/changes: 'flag checkout: added/,
      /gantry\.dev\/changes: 'flag checkout: default off -> on'/,
      /gantry\.dev\/changes: 'flag checkout: default on -> off'/,
      /gantry\.dev\/changed-by: /,
      /^ {2}revision: 3$/m,
    ],
  },
  { run: 'explain featureflags.spec.flagSpec.flags.targeting', out: /JSONLogic/ },
  {
    run: 'explain featureflags.spec.flagSpec --api-version core.openfeature.dev/v1beta1',
    out: /\$evaluators/,
  },
  {
    run: 'apply -f -',
    stdin: flags(ALIAS, 'of'),
    code: 1,
    err: /flags\[checkout\]\.defaultVariant: Invalid value: "of"/,
  },
  { run: 'delete featureflags.core.openfeature.dev shop', out: /"shop" deleted/ },
];

const start = async () => {
  const plane = await startTestServer();
  return { plane, close: () => plane.stop() };
};

scenario('feature flags under both their names', steps, start);
