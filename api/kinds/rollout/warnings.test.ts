import test from 'ava';
import { rolloutWarnings } from './warnings.ts';

test('seconds until a promotion that people have to give have no effect, and it is said', (t) => {
  const warned = (autoPromotionEnabled: boolean): string[] =>
    rolloutWarnings({
      strategy: { blueGreen: { activeService: 'web', autoPromotionEnabled, autoPromotionSeconds: 30 } },
    });
  t.deepEqual(warned(true), []);
  t.is(warned(false).length, 1);
  t.regex(warned(false)[0] ?? '', /^spec\.strategy\.blueGreen\.autoPromotionSeconds has no effect: .* leave/);
});
