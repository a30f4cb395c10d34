// What a program finds around it: network, names, files, rights, limits; and what the node sees of it.
import type { TestFn } from 'ava';
import { newPod } from '../test-specs.ts';
import { failureCode, openBench } from './contract-bench.ts';
import type { RuntimeSubject } from './contract-bench.ts';

/** Registers the tests. */
export function testSurroundings(test: TestFn, subject: RuntimeSubject): void {
  if (subject.exceptions?.rights === undefined) testRights(test, subject);
  test.serial("a pod's containers share one network, its hostname and its aliases", async (t) => {
    const bench = openBench(t, subject);
    const { programs } = bench;
    const pod = newPod();
    const hostAliases = [{ ip: '10.1.2.3', hostnames: ['db', 'db.example'] }];
    const sandbox = await bench.sandbox({ pod, hostname: pod.name, hostAliases });
    const serve = await bench.start(sandbox, programs.serves(8080, 'hello\n'), { name: 'serve' });
    const ask = await bench.start(sandbox, programs.runs, { name: 'ask' });
    await bench.eventually('an answer over the shared network', async () => {
      return (await bench.exec(ask.id, programs.asks(8080))).out === 'hello\n';
    });
    t.is((await bench.exec(serve.id, programs.tellsHostname)).out.trim(), pod.name);
    t.is((await bench.exec(serve.id, programs.shows('/etc/hostname'))).out.trim(), pod.name);
    const hosts = (await bench.exec(ask.id, programs.shows('/etc/hosts'))).out;
    t.regex(hosts, /^10\.1\.2\.3\s+db\b/m);
    t.regex(hosts, new RegExp(`^${sandbox.ip}\\s+${pod.name}$`, 'm'));
  });

  test.serial('a published port is taken only once', async (t) => {
    const bench = openBench(t, subject);
    const hostPort = await subject.freePort();
    const port = {
      containerPort: 80,
      hostPort,
      hostIp: '127.0.0.1',
      protocol: 'TCP' as const,
    };
    const sandbox = await bench.sandbox({ ports: [port] });
    t.is(await failureCode(t, bench.sandbox({ ports: [port] })), 'port-taken');
    t.deepEqual(await bench.runtime.listSandboxes(), [sandbox]);
  });

  test.serial('use of memory and cores is measured', async (t) => {
    const bench = openBench(t, subject);
    const { programs } = bench;
    const sandbox = await bench.plainSandbox();
    const busy = await bench.start(sandbox, programs.busy, { name: 'busy', cpuMilliLimit: 200 });
    const idle = await bench.start(sandbox, programs.runs, { name: 'idle', memoryBytesLimit: 64 << 20 });
    await bench.eventually('some use', async () => {
      const usage = await bench.runtime.usage();
      const of = (id: string) => usage.find((each) => each.id === id);
      return (of(busy.id)?.cpuMilli ?? 0) > (of(idle.id)?.cpuMilli ?? 0) + 20;
    });
    const usage = await bench.runtime.usage();
    t.deepEqual(usage.map(({ name }) => name).toSorted(), ['busy', 'idle']);
    t.true(
      usage.every(
        ({ memoryBytes, podUid }) => memoryBytes > 0 && memoryBytes < 64 << 20 && podUid === sandbox.pod.uid,
      ),
    );
  });

  test.serial('the end of a file can be read, also after the program ended', async (t) => {
    const bench = openBench(t, subject);
    const folder = await subject.hostFolder(t);
    await folder.write('message', '');
    const written = bench.programs.writes([
      ['/tmp/message', 'it went wrong\n'],
      ['/log', 'through a mount\n'],
    ]);
    const container = await bench.start(await bench.plainSandbox(), written, {
      mounts: [{ source: `${folder.path}/message`, target: '/log', readOnly: false }],
    });
    await bench.untilExited(container.id);
    const read = (path: string, bytesMax = 4096) => bench.runtime.readFile(container.id, path, bytesMax);
    t.is(await read('/tmp/message'), 'it went wrong\n');
    t.is(await read('/tmp/message', 6), 'wrong\n');
    t.is(await read('/log'), 'through a mount\n');
    t.is(await read('/no/such/file'), '');
    t.is(await read('/tmp'), '');
    t.is(await folder.read('message'), 'through a mount\n');
  });

  test.serial('images are found by ID, and what is not there is not asked for', async (t) => {
    const { runtime, imageId } = openBench(t, subject);
    for (const policy of ['Never', 'IfNotPresent', 'Always'] as const) {
      t.like(await runtime.ensureImage(imageId, policy), { id: imageId, pulled: false });
    }
    t.is((await runtime.ensureImage(imageId.slice('sha256:'.length, 30), 'IfNotPresent')).id, imageId);
    t.true((await runtime.listImages()).some(({ id, sizeBytes }) => id === imageId && sizeBytes > 0));
    const nobody = `sha256:${'1'.repeat(64)}`;
    t.is(await failureCode(t, runtime.ensureImage(nobody, 'Always')), 'image-not-found');
    t.is(await failureCode(t, runtime.ensureImage('example.invalid/a/b:c', 'Never')), 'image-never-pull');
    t.is(await failureCode(t, runtime.ensureImage('Not A Name', 'Always')), 'invalid-image-name');
    await runtime.removeImage(nobody);
  });

  test.serial('an image in use stays', async (t) => {
    const bench = openBench(t, subject);
    await bench.start(await bench.plainSandbox(), bench.programs.runs);
    await bench.runtime.removeImage(bench.imageId);
    t.is((await bench.runtime.ensureImage(bench.imageId, 'Never')).id, bench.imageId);
  });
}

/** Only a kernel can tell: a script asks it. */
function testRights(test: TestFn, subject: RuntimeSubject): void {
  test.serial('what the spec asks for is so inside', async (t) => {
    const bench = openBench(t, subject);
    const folder = await subject.hostFolder(t);
    await folder.write('given', 'text\n');
    const script = `id -u; id -g; pwd; echo $ONE $TWO; cat /in/given
      touch /in/x 2>/dev/null || echo in is read only
      touch /x 2>/dev/null || echo root is read only
      grep -E 'CapBnd|NoNewPrivs' /proc/self/status; cat /proc/self/oom_score_adj`;
    const container = await bench.start(await bench.plainSandbox(), ['sh', '-c', script], {
      runAsUser: 1234,
      runAsGroup: 5678,
      workingDir: '/tmp',
      env: ['ONE=1', 'TWO=two words'],
      mounts: [{ source: folder.path, target: '/in', readOnly: true }],
      readOnlyRootFilesystem: true,
      noNewPrivileges: true,
      oomScoreAdj: 500,
      capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
    });
    await bench.untilExited(container.id);
    const lines = (await bench.logs(container.id)).out.split('\n');
    const files = ['1234', '5678', '/tmp', '1 two words', 'text', 'in is read only', 'root is read only'];
    t.deepEqual(lines, [...files, 'CapBnd:\t0000000000001000', 'NoNewPrivs:\t1', '500', '']);
  });
}
