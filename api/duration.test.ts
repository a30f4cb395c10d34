import test from 'ava';
import { formatAge, parseDuration } from './duration.ts';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

test('ages as kubectl prints them', (t) => {
  const table: [number, string][] = [
    [-3 * S, '<invalid>'],
    [-2 * S, '<invalid>'],
    [-1.9 * S, '0s'],
    [0, '0s'],
    [999, '0s'],
    [45 * S, '45s'],
    [119 * S, '119s'],
    [2 * M, '2m'],
    [5 * M + 13 * S, '5m13s'],
    [9 * M + 59 * S, '9m59s'],
    [10 * M + 30 * S, '10m'],
    [179 * M + 59 * S, '179m'],
    [3 * H, '3h'],
    [3 * H + 5 * M, '3h5m'],
    [7 * H + 59 * M + 59 * S, '7h59m'],
    [8 * H + 30 * M, '8h'],
    [47 * H, '47h'],
    [2 * D, '2d'],
    [3 * D + 2 * H, '3d2h'],
    [7 * D + 23 * H, '7d23h'],
    [8 * D + 5 * H, '8d'],
    [729 * D, '729d'],
    [730 * D, '2y'],
    [2 * 365 * D + 35 * D, '2y35d'],
    [8 * 365 * D + 100 * D, '8y'],
    [Number.NaN, '<invalid>'],
  ];
  for (const [ageMs, text] of table) t.is(formatAge(ageMs), text, `${ageMs}`);
});

test('durations as users write them', (t) => {
  const table: [string, number | undefined][] = [
    ['0', 0],
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['500ms', 500],
    ['-1m', -60_000],
    ['1m30.5s', 90_500],
    ['250us', 0.25],
    ['', undefined],
    ['5', undefined],
    ['5d', undefined],
    ['s', undefined],
    ['1h 30m', undefined],
    ['1.2.3s', undefined],
    ['ten minutes', undefined],
  ];
  for (const [text, ms] of table) t.is(parseDuration(text), ms, text);
});
