import test from 'ava';
import type { HTTPRoute } from '@gantry/api/kinds/http-route';
import { routeStanding, standingOf } from './route-standing.ts';

test('what does not hold is the word', (t) => {
  const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted' };
  const unresolved = { type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound' };
  const conflict = { type: 'Conflicted', status: 'True', reason: 'HostnameConflict' };
  t.deepEqual(standingOf([accepted], 'Accepted'), { word: 'Accepted', tone: 'good' });
  t.deepEqual(standingOf([accepted, unresolved], 'Accepted'), { word: 'BackendNotFound', tone: 'bad' });
  t.deepEqual(standingOf([accepted, conflict], 'Accepted'), { word: 'HostnameConflict', tone: 'warn' });
  t.deepEqual(standingOf([{ ...conflict, status: 'False' }], 'Fine'), { word: 'Fine', tone: 'good' });
  t.is(standingOf([], 'Fine').word, 'Unknown');
  const route = { status: { parents: [{ conditions: [accepted] }, { conditions: [unresolved] }] } };
  t.is(routeStanding(route as unknown as HTTPRoute).word, 'BackendNotFound');
  t.is(routeStanding({} as HTTPRoute).tone, 'quiet');
});
