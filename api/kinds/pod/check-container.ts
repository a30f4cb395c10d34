// What holds for the containers of a pod: names, images, ports, resources, mounts.
import type { Issue } from '../../issue.ts';
import { duplicate, forbiddenField, invalidValue, required } from '../../issues.ts';
import {
  dnsLabelProblem,
  ipAddressProblem,
  portNameProblem,
  qualifiedNameProblem,
  relativePathProblem,
} from '../../names.ts';
import { compareQuantities, isQuantity } from '../../quantity.ts';
import { textIssues } from '../check-metadata.ts';
import { envIssues } from './check-env.ts';
import { lifecycleIssues, probeIssues } from './check-probe.ts';
import { securityIssues } from './check-security.ts';
import type { Container, ContainerPort, ResourceRequirements, VolumeMount } from './container.ts';
import type { PodSpec } from './pod-spec.ts';

/** Issues of all containers of a pod, init containers included. */
export function containersIssues(spec: PodSpec, path: string): Issue[] {
  const seen = new Set<string>();
  const init = (spec.initContainers ?? []).flatMap((container, index) => {
    const at = `${path}.initContainers[${index}]`;
    return [...containerIssues(container, spec, at, seen), ...initIssues(container, at)];
  });
  const app = spec.containers.flatMap((container, index) =>
    containerIssues(container, spec, `${path}.containers[${index}]`, seen),
  );
  return [...init, ...app, ...hostPortIssues(spec, path)];
}

function containerIssues(container: Container, spec: PodSpec, path: string, seen: Set<string>): Issue[] {
  const issues = textIssues(`${path}.name`, container.name, dnsLabelProblem);
  if (seen.has(container.name)) issues.push(duplicate(`${path}.name`, container.name));
  seen.add(container.name);
  return [
    ...issues,
    ...imageIssues(container.image, `${path}.image`),
    ...portIssues(container.ports ?? [], `${path}.ports`),
    ...envIssues(container, path),
    ...resourceIssues(container.resources, `${path}.resources`),
    ...mountIssues(container.volumeMounts ?? [], spec, `${path}.volumeMounts`),
    ...probeIssues(container, path),
    ...lifecycleIssues(container.lifecycle, `${path}.lifecycle`),
    ...securityIssues(container.securityContext, spec.securityContext, `${path}.securityContext`),
  ];
}

function imageIssues(image: string, path: string): Issue[] {
  if (image === '') return [required(path)];
  if (image !== image.trim())
    return [invalidValue(path, image, 'must not have leading or trailing whitespace')];
  return [];
}

function initIssues(container: Container, path: string): Issue[] {
  const fields = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
  return fields
    .filter((field) => container[field] !== undefined)
    .map((field) =>
      forbiddenField(`${path}.${field}`, 'may not be set for init containers: they run to their end'),
    );
}

function portIssues(ports: readonly ContainerPort[], path: string): Issue[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const issues: Issue[] = [];
    if (port.name !== undefined && port.name !== '') {
      issues.push(...textIssues(`${path}[${index}].name`, port.name, portNameProblem));
      if (names.has(port.name)) issues.push(duplicate(`${path}[${index}].name`, port.name));
      names.add(port.name);
    }
    if (port.hostIP !== undefined && port.hostIP !== '') {
      issues.push(...textIssues(`${path}[${index}].hostIP`, port.hostIP, ipAddressProblem));
    }
    return issues;
  });
}

function hostPortIssues(spec: PodSpec, path: string): Issue[] {
  const taken = new Set<string>();
  const issues: Issue[] = [];
  spec.containers.forEach((container, containerIndex) => {
    (container.ports ?? []).forEach((port, index) => {
      const { hostPort = 0, hostIP = '', protocol = 'TCP', containerPort } = port;
      const at = `${path}.containers[${containerIndex}].ports[${index}]`;
      if (hostPort === 0) return;
      if (spec.hostNetwork === true && hostPort !== containerPort) {
        issues.push(
          invalidValue(
            `${at}.containerPort`,
            containerPort,
            'must match `hostPort` when `hostNetwork` is true',
          ),
        );
      }
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) issues.push(duplicate(`${at}.hostPort`, key));
      taken.add(key);
    });
  });
  return issues;
}

function resourceIssues(resources: ResourceRequirements | undefined, path: string): Issue[] {
  const limits = resources?.limits ?? {};
  const requests = resources?.requests ?? {};
  const issues = [...amountIssues(limits, `${path}.limits`), ...amountIssues(requests, `${path}.requests`)];
  for (const [name, request] of Object.entries(requests)) {
    const limit = limits[name];
    if (limit === undefined || (compareQuantities(request, limit) ?? 0) <= 0) continue;
    const why = `must be less than or equal to ${name} limit of ${limit}`;
    issues.push(invalidValue(`${path}.requests[${name}]`, request, why));
  }
  return issues;
}

/** Issues of a map of amounts. */
export function amountIssues(amounts: Readonly<Record<string, string>>, path: string): Issue[] {
  return Object.entries(amounts).flatMap(([name, amount]) => {
    const at = `${path}[${name}]`;
    const issues = textIssues(at, name, qualifiedNameProblem);
    if (!isQuantity(amount))
      issues.push(invalidValue(at, amount, "must be a quantity such as '500m', '0.5', '64Mi' or '1Gi'"));
    else if ((compareQuantities(amount, '0') ?? 0) < 0)
      issues.push(invalidValue(at, amount, 'must be greater than or equal to 0'));
    return issues;
  });
}

function mountIssues(mounts: readonly VolumeMount[], spec: PodSpec, path: string): Issue[] {
  const volumes = new Set((spec.volumes ?? []).map((volume) => volume.name));
  const targets = new Set<string>();
  return mounts.flatMap((mount, index) => {
    const at = `${path}[${index}]`;
    const issues: Issue[] = [];
    if (!volumes.has(mount.name)) issues.push(missingVolume(mount.name, volumes, `${at}.name`));
    if (mount.mountPath === '') issues.push(required(`${at}.mountPath`));
    if (mount.mountPath.includes(':'))
      issues.push(invalidValue(`${at}.mountPath`, mount.mountPath, "must not contain ':'"));
    if (targets.has(mount.mountPath))
      issues.push(invalidValue(`${at}.mountPath`, mount.mountPath, 'must be unique'));
    targets.add(mount.mountPath);
    if (mount.subPath !== undefined && mount.subPath !== '') {
      issues.push(...textIssues(`${at}.subPath`, mount.subPath, relativePathProblem));
    }
    return issues;
  });
}

function missingVolume(name: string, volumes: ReadonlySet<string>, path: string): Issue {
  const known = volumes.size === 0 ? 'the pod has no volumes' : `the pod has: ${[...volumes].join(', ')}`;
  return invalidValue(path, name, `no volume of this name (${known})`);
}
