import test from 'ava';
import { CHANGE_REASON_ANNOTATION } from '@gantry/api/change-history';
import type { AnyObject } from '@gantry/api/meta';
import { flagForm } from './flag-document.ts';

const base: AnyObject = {
  ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'FeatureFlag' },
  metadata: {
    name: 'shop',
    resourceVersion: '5',
    annotations: { x: 'y', [CHANGE_REASON_ANNOTATION]: 'before' },
  },
  spec: {
    flagSpec: {
      flags: { a: { state: 'ENABLED', variants: { on: true } }, b: { state: 'DISABLED', variants: {} } },
    },
    rules: { a: { offVariant: 'on' } },
  },
};
const form = flagForm('a', () => 'tried');
const faultsOf = (text: string): unknown => {
  const read = form.read(text, base);
  return 'faults' in read ? read.faults : undefined;
};

test('what is shown is read back; other flags stay, and the reason is this one', (t) => {
  const read = form.read(form.show(base), base);
  t.like('object' in read ? read.object : {}, {
    metadata: { resourceVersion: '5', annotations: { x: 'y', [CHANGE_REASON_ANNOTATION]: 'tried' } },
    spec: base['spec'] as object,
  });
  const silent = flagForm('a', () => '').read(form.show(base), base);
  t.deepEqual('object' in silent ? silent.object.metadata.annotations : {}, { x: 'y' });
});

test('rules that are empty go', (t) => {
  const read = form.read('{"flag":{"state":"ENABLED","variants":{}},"rules":{}}', base);
  t.false('object' in read && 'rules' in (read.object['spec'] as object));
});

test('what is no flag is told', (t) => {
  t.regex(JSON.stringify(faultsOf('{"flag": }')), /JSON/);
  t.regex(JSON.stringify(faultsOf('[]')), /one object with/);
  t.regex(JSON.stringify(faultsOf('{"flag":{},"ruels":{}}')), /neither/);
});

test('places of the object are found in the text', (t) => {
  t.is(form.placeOf?.('spec.flagSpec.flags[a].targeting.if[1]'), 'flag.targeting.if[1]');
  t.is(form.placeOf?.('spec.rules[a].schedule[0].at'), 'rules.schedule[0].at');
  t.is(form.placeOf?.('spec.flagSpec.flags[a].state'), 'flag.state');
  t.is(form.placeOf?.('metadata.name'), 'metadata.name');
});
