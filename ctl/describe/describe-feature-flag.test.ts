// What `gantry describe featureflag` prints.
import test from 'ava';
import { describeObject } from './describe-object.ts';

const nowMs = Date.parse('2026-01-01T00:01:00Z');
const AROUND = { pods: [], replicaSets: [], endpointSlices: [], nowMs };

test('flags under their own keys, as they stand now', (t) => {
  const at = '2026-01-01T00:00:00Z';
  const banner = { state: 'ENABLED', variants: { none: '', sale: 'Sale' }, defaultVariant: 'none' };
  const cart = { state: 'ENABLED', variants: { on: true }, targeting: { if: [{ $ref: 'staff' }, 'on'] } };
  const text = describeObject(
    {
      apiVersion: 'gantry.dev/v1alpha1',
      kind: 'FeatureFlag',
      metadata: { name: 'shop', namespace: 'default' },
      spec: {
        flagSpec: { flags: { cart, banner } },
        rules: { banner: { schedule: [{ at, variant: 'sale' }] }, cart: { killSwitch: { engaged: true } } },
      },
    },
    AROUND,
    { why: [], events: undefined },
  );
  const lines = text.slice(text.indexOf('Flag banner'));
  t.is(
    lines,
    `Flag banner:
  State:     ENABLED (by its schedule, last changed at ${at})
  Default:   sale
  Variants:  none = ""
             sale = Sale
  Rules:     schedule:
               - at: "${at}"
                 variant: sale
Flag cart:
  State:      KILLED (programs use the value in their own code)
  Default:    <none>
  Variants:   on = true
  Targeting:  if:
                - $ref: staff
                - "on"
  Rules:      killSwitch:
                engaged: true
`,
  );
});
