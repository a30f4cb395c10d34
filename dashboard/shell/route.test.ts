import test from 'ava';
import { hrefOf, objectHref, routeOf } from './route.ts';

test('an address and its place belong together, whatever the name', (t) => {
  for (const name of ['web', 'a/b', 'ä ö', '%', '..', '<img src=x>', '?x=1#y']) {
    const { pathname, search } = new URL(objectHref('pods', 'shop', name), 'https://host');
    if (name !== '..') t.deepEqual(routeOf(pathname, search).parts, ['pods', 'shop', name]);
  }
});

test('objects without a namespace have a dash in its place', (t) => {
  t.is(objectHref('nodes', undefined, 'vm'), '/dashboard/nodes/-/vm');
});

test('a part that cannot be decoded stays as it is', (t) => {
  t.deepEqual(routeOf('/dashboard/pods/%E0%A4%A', '').parts, ['pods', '%E0%A4%A']);
});

test('the start has no parts', (t) => {
  t.deepEqual(routeOf('/dashboard/', '').parts, []);
  t.is(hrefOf([]), '/dashboard/');
  t.is(hrefOf(['pods'], { tab: 'logs' }), '/dashboard/pods?tab=logs');
});
