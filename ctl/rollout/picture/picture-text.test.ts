import test from 'ava';
import { aPicture, aRollout, PAUSED, withTrial } from '../toy-picture.ts';
import { changeLine, pictureText } from './picture-text.ts';

test('in the middle', (t) => {
  t.is(
    pictureText(aPicture(aRollout(PAUSED))),
    `Name:       web
Namespace:  default
Phase:      Paused
Message:    CanaryPauseStep
Strategy:   canary, traffic split between Services web (stable) and web-canary (canary)
Steps:      setWeight 25 > [pause] > analysis ok > setWeight 50 > pause 10m (2 of 5)
Weight:     canary 25 %, stable 75 %, confirmed by all proxies
Replicas:   4 desired | 5 current | 1 updated | 5 ready | 5 available
Images:     web:2: revision 2 (canary)
            web:1: revision 1 (stable)
Waits:      paused by a step: it goes on when somebody promotes it (gantry rollout promote)

NAME                     KIND          STATUS      AGE   INFO
web                      Rollout       Paused      10m
├─ revision 2 (canary)
│  ├─ web-bbb            ReplicaSet    1/1 ready   10m
│  │  └─ web-bbb-x       Pod           Running     60s   ready 1/1, restarts 0, n1
│  └─ web-bbb-2-2        AnalysisRun   Running     60s   Step; ok 0.99, 0.98 (2 of 2 good)
└─ revision 1 (stable)
   └─ web-aaa            ReplicaSet    4/4 ready   10m
      └─ web-aaa-x       Pod           Running     60s   ready 1/1, restarts 0, n1
`,
  );
});

test('aborted', (t) => {
  const rollout = aRollout({
    ...PAUSED,
    phase: 'Degraded',
    message: 'RolloutAborted: Rollout aborted update to revision 2: by a user',
    abort: true,
    currentStepIndex: 0,
    canary: { weights: { canary: { weight: 25 }, stable: { weight: 75 }, verified: false, asked: 0 } },
  });
  const text = pictureText(aPicture(rollout));
  t.regex(text, /^Steps: .*pause 10m \(aborted, none of 5 holds\)$/m);
  t.regex(
    text,
    /^Weight: +canary 25 %, stable 75 %, not confirmed by all proxies yet; asked for: canary 0 %$/m,
  );
});

test('healthy; a change that has not been seen yet', (t) => {
  const healthy = aRollout({ phase: 'Healthy', stableRS: 'bbb', currentPodHash: 'bbb', currentStepIndex: 5 });
  const text = pictureText(aPicture(healthy));
  t.regex(text, /^Phase: +Healthy$/m);
  t.regex(text, /\(all 5 done\)$/m);
  t.regex(text, /^└─ revision 1$/m);
  const unseen = { ...healthy, metadata: { ...healthy.metadata, generation: 2 } };
  t.regex(changeLine(unseen), /^Progressing \(the last change has not been seen yet\)/);
});

test('a change in a line', (t) => {
  t.is(
    changeLine(aRollout(PAUSED)),
    'Paused (CanaryPauseStep), step 2 of 5 (pause), canary 25 %, stable 75 %, confirmed by all proxies, ' +
      '4 desired | 5 current | 1 updated | 5 ready | 5 available; waits: ' +
      'paused by a step: it goes on when somebody promotes it (gantry rollout promote)',
  );
});

test('an Experiment with its templates and runs; shares beside those of the versions', (t) => {
  const rollout = aRollout({
    ...PAUSED,
    canary: {
      weights: {
        ...{ canary: { weight: 25 }, stable: { weight: 55 }, verified: true },
        additional: [
          { weight: 10, serviceName: 'old' },
          { weight: 10, serviceName: 'new' },
        ],
      },
    },
  });
  const text = pictureText(withTrial(aPicture(rollout)));
  t.regex(text, /^Weight: +canary 25 %, stable 55 %, old 10 %, new 10 %, confirmed by all proxies$/m);
  const tree = text.split('\n').slice(-10).join('\n');
  t.regex(tree, /^│ {2}├─ web-bbb-2-1 +Experiment +Running +60s/m);
  t.regex(tree, /^│ {2}│ {2}├─ web-bbb-2-1-baseline-ccc +ReplicaSet +1\/1 ready +10m +template baseline$/m);
  t.regex(tree, /^│ {2}│ {2}└─ web-bbb-2-1-good +AnalysisRun +Running/m);
});

test('the place among the steps is told once; a dry run is told as one', (t) => {
  const gate = 'waiting for flag go to be on; it is off';
  const picture = aPicture(aRollout({ ...PAUSED, reasons: [gate, 'step 2 of 5: gate go=on'] }));
  const runs = picture.runs.map((run) => {
    const metricResults = (run.status?.metricResults ?? []).map((result) => ({ ...result, dryRun: true }));
    return { ...run, status: { phase: 'Running' as const, ...run.status, metricResults } };
  });
  const text = pictureText({ ...picture, runs });
  t.regex(text, /^Waits: +waiting for flag go to be on; it is off\n\n/m);
  t.regex(text, /\(2 of 2 good, dry run\)/);
});

test('the end of a run is told once, however far it led', (t) => {
  const why = 'Metric "ok" assessed Failed due to failed (1) > failureLimit (0)';
  const withEnd = (message: string, ofTrial: string): string => {
    const picture = withTrial(aPicture(aRollout({ ...PAUSED, phase: 'Degraded', message })));
    const experiments = picture.experiments.map((each) => ({
      ...each,
      status: { ...each.status, phase: 'Failed' as const, message: ofTrial },
    }));
    const runs = picture.runs.map((run) => ({
      ...run,
      status: { ...run.status, phase: 'Failed' as const, message: why },
    }));
    return pictureText({ ...picture, experiments, runs });
  };
  const times = (text: string): number => text.split(why).length - 1;
  const ofTrial = `AnalysisRun web-bbb-2-1-good of analysis good is Failed: ${why}`;
  t.is(times(withEnd(`RolloutAborted: the experiment web-bbb-2-1 failed: ${ofTrial}`, ofTrial)), 1);
  t.regex(
    withEnd('CanaryPauseStep', ofTrial),
    /web-bbb-2-1 +Experiment +Failed +60s +AnalysisRun .* is Failed: Metric/,
  );
});
