// What holds for probes and lifecycle hooks.
import type { Issue } from '../../issue.ts';
import { forbiddenField, invalidValue, required } from '../../issues.ts';
import { portNameProblem } from '../../names.ts';
import { textIssues } from '../check-metadata.ts';
import type { Container } from './container.ts';
import { exactlyOneIssue } from './exactly-one.ts';
import type { Lifecycle, LifecycleHandler, Probe } from './probe.ts';

/** Issues of the three probes of a container. */
export function probeIssues(container: Container, path: string): Issue[] {
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const issues = [
    ...oneProbeIssues(startupProbe, `${path}.startupProbe`),
    ...oneProbeIssues(readinessProbe, `${path}.readinessProbe`),
    ...oneProbeIssues(livenessProbe, `${path}.livenessProbe`),
  ];
  for (const [name, probe] of Object.entries({ startupProbe, livenessProbe })) {
    const threshold = probe?.successThreshold ?? 1;
    if (threshold !== 1)
      issues.push(invalidValue(`${path}.${name}.successThreshold`, threshold, 'must be 1'));
  }
  if (readinessProbe?.terminationGracePeriodSeconds !== undefined) {
    const at = `${path}.readinessProbe.terminationGracePeriodSeconds`;
    issues.push(forbiddenField(at, 'must not be set for readiness probes: they stop nothing'));
  }
  return issues;
}

function oneProbeIssues(probe: Probe | undefined, path: string): Issue[] {
  if (probe === undefined) return [];
  return [...exactlyOneIssue(probe, ['exec', 'httpGet', 'tcpSocket'], path), ...handlerIssues(probe, path)];
}

/** Issues of both hooks of a container. */
export function lifecycleIssues(lifecycle: Lifecycle | undefined, path: string): Issue[] {
  return (['postStart', 'preStop'] as const).flatMap((hook) => {
    const handler = lifecycle?.[hook];
    if (handler === undefined) return [];
    const at = `${path}.${hook}`;
    return [
      ...exactlyOneIssue(handler, ['exec', 'httpGet', 'tcpSocket', 'sleep'], at),
      ...handlerIssues(handler, at),
    ];
  });
}

function handlerIssues(
  handler: Pick<LifecycleHandler, 'exec' | 'httpGet' | 'tcpSocket'>,
  path: string,
): Issue[] {
  const { exec, httpGet, tcpSocket } = handler;
  const issues: Issue[] = [];
  if (exec !== undefined && (exec.command ?? []).length === 0) issues.push(required(`${path}.exec.command`));
  if (httpGet !== undefined) {
    issues.push(...portIssues(httpGet.port, `${path}.httpGet.port`));
    if (httpGet.path === '') issues.push(required(`${path}.httpGet.path`));
    (httpGet.httpHeaders ?? []).forEach((header, index) => {
      if (/^[-A-Za-z0-9!#$%&'*+.^_`|~]+$/.test(header.name)) return;
      const at = `${path}.httpGet.httpHeaders[${index}].name`;
      issues.push(invalidValue(at, header.name, "must be the name of an HTTP header (e.g. 'X-Header-Name')"));
    });
  }
  if (tcpSocket !== undefined) issues.push(...portIssues(tcpSocket.port, `${path}.tcpSocket.port`));
  return issues;
}

function portIssues(port: number | string, path: string): Issue[] {
  if (typeof port === 'string') return textIssues(path, port, portNameProblem);
  return port >= 1 && port <= 65535
    ? []
    : [invalidValue(path, port, 'must be between 1 and 65535, inclusive')];
}
