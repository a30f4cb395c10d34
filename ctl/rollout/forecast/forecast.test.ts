import test from 'ava';
import { versionsOf } from '@gantry/api/rollout/picture';
import { aPicture, aRollout, aTemplate, CANARY, PAUSED } from '../toy-picture.ts';
import { forecast, remaining } from '@gantry/api/rollout/forecast/forecast';
import { planText } from './show-forecast.ts';
import { stepForecast } from '@gantry/api/rollout/forecast/step-forecast';

const HEALTHY = { phase: 'Healthy', stableRS: 'bbb', currentPodHash: 'bbb' } as const;
const before = aRollout(HEALTHY);
const versions = versionsOf(aPicture(before));

test('a new image: all that happens, in order', (t) => {
  const after = aRollout(HEALTHY, { template: aTemplate('web:3') });
  t.is(
    planText(
      'web',
      'what applying web.yaml:1 would do',
      'nothing would change',
      forecast({ before, after, versions }),
    ),
    `Rollout web: what applying web.yaml:1 would do
 1. a new ReplicaSet is made for revision 3 (web:3)
 2. step 1 of 5: 1 canary and 4 stable pods; then 25 % of the traffic goes to the canary, and all proxies confirm it
 3. step 2 of 5: pauses until somebody promotes it
 4. step 3 of 5: analysis of ok: success lets it go on, a failure aborts the update
 5. step 4 of 5: 2 canary and 4 stable pods; then 50 % of the traffic goes to the canary, and all proxies confirm it
 6. step 5 of 5: pauses for 10m
 7. the new version gets all 4 pods, then all traffic
 8. revision 3 becomes the stable version
 9. the old version keeps its pods for 30 s (scaleDownDelaySeconds), then has none
`.replace(/^ (\d)\./gm, ' $1.'),
  );
});

test('nothing changed, first version, replicas alone, back to the stable version, an older one', (t) => {
  t.deepEqual(forecast({ before, after: aRollout(HEALTHY), versions }), []);
  t.is(planText('web', 'x', 'nothing would change', []), 'Rollout web: nothing would change\n');
  t.deepEqual(forecast({ before: undefined, after: before, versions: [] }), [
    'ReplicaSet of revision 1 is made with 4 pods (web:2)',
    'the first version takes no steps: it becomes the stable one as soon as its pods are available',
  ]);
  t.deepEqual(forecast({ before, after: aRollout(HEALTHY, { replicas: 6 }), versions }), [
    'the number of pods goes from 4 to 6',
  ]);
  const updating = aRollout(PAUSED);
  const back = forecast({
    before: updating,
    after: aRollout(PAUSED, { template: aTemplate('web:1') }),
    versions: versionsOf(aPicture(updating)),
  });
  t.deepEqual(back, [
    'the update under way is given up: its traffic goes back to the stable version first',
    'revision 1 is the stable version: it takes all again without steps',
  ]);
  const older = forecast({ before, after: aRollout(HEALTHY, { template: aTemplate('web:1') }), versions });
  t.is(older[0], 'ReplicaSet web-aaa of revision 1 is used again, as revision 3 (web:1)');
});

test('copies of requests', (t) => {
  const match = [{ path: { prefix: '/' } }];
  const steps = [
    { setMirrorRoute: { name: 'a', match, percentage: 35 } },
    { setMirrorRoute: { name: 'a', match } },
    { setMirrorRoute: { name: 'a' } },
  ];
  const { spec } = aRollout({}, { strategy: { canary: { steps } } });
  const said = 'the stable version answers requests of mirror route a; a copy of';
  t.deepEqual(
    steps.map((_, at) => stepForecast(spec, at)),
    [
      `${said} 35 % of the requests goes to the canary, whose answers are thrown away`,
      `${said} all requests goes to the canary, whose answers are thrown away`,
      'mirror route a ends',
    ],
  );
});

test('by pods, with gates, flags and limits', (t) => {
  const lines = forecast({
    before,
    after: aRollout(HEALTHY, {
      template: aTemplate('web:3'),
      strategy: {
        canary: {
          steps: [
            { setWeight: 50 },
            { gate: { flag: 'go', variant: 'on' } },
            { setFlag: { flag: 'new', variant: 'on' } },
          ],
          killSwitch: { flag: 'stop' },
          onFailure: 'hold',
        },
      },
    }),
    versions,
  });
  t.deepEqual(lines.slice(1), [
    'step 1 of 3: 50 %: 2 canary and 2 stable pods',
    'step 2 of 3: waits until flag go is on',
    'step 3 of 3: flag new: its default variant becomes on; an abort gives back what it was',
    'the new version gets all 4 pods, then all traffic',
    'revision 3 becomes the stable version',
    'the old version has no pods left',
    'at any step: flag stop takes all traffic back and aborts the update',
  ]);
});

test('blue and green', (t) => {
  const strategy = {
    blueGreen: {
      activeService: 'web',
      previewService: 'web-preview',
      previewReplicaCount: 1,
      autoPromotionEnabled: false,
      scaleDownDelaySeconds: 60,
    },
  };
  const lines = forecast({
    before: aRollout(HEALTHY, { strategy }),
    after: aRollout(HEALTHY, { strategy, template: aTemplate('web:3') }),
    versions,
  });
  t.deepEqual(lines.slice(1), [
    'the new version gets 1 of 4 pods beside the old one; Service web-preview leads to them',
    'pauses until somebody promotes it',
    'the new version gets all 4 pods',
    'the switch: all traffic of Service web goes to the new version at once, and all proxies confirm it',
    'revision 3 becomes the stable version',
    'the old version keeps its pods for 60 s (scaleDownDelaySeconds), then has none',
  ]);
});

test('what is left of an update', (t) => {
  const updating = aRollout(PAUSED);
  const lines = remaining(updating, versionsOf(aPicture(updating)));
  t.is(lines[0], 'step 2 of 5: pauses until somebody promotes it');
  t.is(lines.length, 7);
  t.deepEqual(remaining(before, versions), []);
  t.regex(remaining(aRollout({ ...PAUSED, abort: true }), versions)[0] ?? '', /is aborted/);
  t.truthy(CANARY.canary);
});

test('blue and green that promote themselves after a time', (t) => {
  const strategy = { blueGreen: { activeService: 'web', autoPromotionSeconds: 90 } };
  const lines = forecast({
    before: aRollout(HEALTHY, { strategy }),
    after: aRollout(HEALTHY, { strategy, template: aTemplate('web:3') }),
    versions,
  });
  t.is(lines[2], 'pauses for 90 s, or until somebody promotes it');
});
