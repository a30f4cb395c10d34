// What HAProxy says of itself around a reload: answers as 2.6 gives them.
import test from 'ava';
import { areStopped, readOldWorkers, readSessions } from './read-running.ts';

const AFTER_A_RELOAD = `#<PID>          <type>          <reloads>       <uptime>        <version>      
29678           master          1 [failed: 0]   0d00h00m04s     2.6.12-1+deb12u4
# workers
29853           worker          0               0d00h00m01s     2.6.12-1+deb12u4
# old workers
29681           worker          1               0d00h00m04s     2.6.12-1+deb12u4
29102           worker          2               0d00h01m07s     2.6.12-1+deb12u4
# programs

`;

test('workers of before a reload, not the one that runs', (t) => {
  t.deepEqual(readOldWorkers(AFTER_A_RELOAD), [29681, 29102]);
  t.deepEqual(readOldWorkers(AFTER_A_RELOAD.replace(/# old workers[^#]*/, '')), []);
  t.is(readOldWorkers(''), undefined);
  t.is(readOldWorkers('#<PID>          <type>\n'), undefined);
});

test('a process that was told to stop', (t) => {
  const frontends = (...states: string[]): string =>
    [
      '# pxname,svname,qcur,status,weight',
      ...states.map((state, at) => `f${at},FRONTEND,,${state},`),
      '',
    ].join('\n');
  t.true(areStopped(frontends('STOP', 'STOP')));
  t.false(areStopped(frontends('STOP', 'OPEN')), 'it stops one after the other');
  t.false(areStopped(frontends()));
  t.false(areStopped("Can't find the target PID matching the prefix '@!99999'\n"));
});

test('requests of servers, those in line too', (t) => {
  const text = '# pxname,svname,qcur,qmax,scur,smax,\nhttp-0001,s1,2,3,1,9,\nhttp-0001,s2,0,0,0,1,\n\n';
  t.deepEqual(
    [...readSessions(text)],
    [
      ['http-0001/s1', 3],
      ['http-0001/s2', 0],
    ],
  );
  t.is(readSessions("Can't find proxy 'http-9999'\n").size, 0);
});
