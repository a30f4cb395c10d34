import test from 'ava';
import { reloadOnce } from './reload-once.ts';

test('the page is loaded anew once, and again only after a while', (t) => {
  const kept = new Map<string, string>();
  let reloads = 0;
  const at = (nowMs: number): boolean =>
    reloadOnce({
      nowMs,
      reload: () => (reloads += 1),
      storage: {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
      },
    });
  t.deepEqual([at(1000), at(2000), at(15_999), at(16_000)], [true, false, false, true]);
  t.is(reloads, 2);
});
