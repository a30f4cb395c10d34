// Where references of routes and Gateways lead, and whether they may. Pure.
import type { Gateway } from '../kinds/gateway.ts';
import type { BackendObjectReference } from '../kinds/gateway/references.ts';
import { GATEWAY_GROUP } from '../kinds/gateway/references.ts';
import type { Ingress } from '../kinds/ingress.ts';
import type { ReferenceGrant } from '../kinds/reference-grant.ts';
import type { Service, ServicePort } from '../kinds/service.ts';

/** Gateway API's words for condition ResolvedRefs. */
export type ReferenceReason = 'BackendNotFound' | 'RefNotPermitted' | 'InvalidKind' | 'UnsupportedProtocol';

export interface ReferenceProblem {
  reason: ReferenceReason;
  message: string;
}

export interface BackendWorld {
  service(namespace: string, name: string): Service | undefined;
  /** Grants of a namespace. */
  grants(namespace: string): readonly ReferenceGrant[];
}

/** Who names something. */
export interface Referrer {
  kind: 'HTTPRoute' | 'TCPRoute' | 'Gateway';
  namespace: string;
}

/** The port of a Service that a route leads to, or why it leads nowhere. */
export function resolveBackend(
  ref: BackendObjectReference,
  from: Referrer,
  world: BackendWorld,
): { service: Service; port: ServicePort } | ReferenceProblem {
  const { group = '', kind = 'Service', namespace = from.namespace, name, port } = ref;
  if (kind !== 'Service' || group !== '')
    return { reason: 'InvalidKind', message: `${kind} "${name}" is no Service` };
  const target = { kind: 'Service', namespace, name };
  if (!isGranted(from, target, world.grants(namespace)))
    return {
      reason: 'RefNotPermitted',
      message: `no ReferenceGrant in namespace ${namespace} lets a ${from.kind} of namespace ${from.namespace} name Service "${name}"`,
    };
  const service = world.service(namespace, name);
  if (service === undefined)
    return { reason: 'BackendNotFound', message: `there is no Service ${namespace}/${name}` };
  const found = (service.spec.ports ?? []).find((one) => one.port === port);
  if (found === undefined)
    return { reason: 'BackendNotFound', message: `Service ${namespace}/${name} has no port ${port ?? ''}` };
  if (found.protocol === 'UDP')
    return {
      reason: 'UnsupportedProtocol',
      message: `port ${found.port} of Service ${namespace}/${name} is UDP`,
    };
  return { service, port: found };
}

/** Within one namespace everything may be named. */
export function isGranted(
  from: Referrer,
  to: { kind: 'Service' | 'Secret' | (string & {}); namespace: string; name: string },
  grants: readonly ReferenceGrant[],
): boolean {
  if (from.namespace === to.namespace) return true;
  return grants.some(
    ({ metadata, spec }) =>
      metadata.namespace === to.namespace &&
      spec.from.some(
        ({ group, kind, namespace }) =>
          group === GATEWAY_GROUP && kind === from.kind && namespace === from.namespace,
      ) &&
      spec.to.some(
        ({ group, kind, name }) =>
          group === '' && kind === to.kind && (name === undefined || name === '' || name === to.name),
      ),
  );
}

/** A Secret with a certificate. */
export interface CertificateRef {
  namespace: string;
  name: string;
}

/** Secrets that a listener of a Gateway names and may name. */
export function certificateRefs(
  gateway: Gateway,
  listener: Gateway['spec']['listeners'][number],
  grants: (namespace: string) => readonly ReferenceGrant[],
): {
  allowed: CertificateRef[];
  problems: { reason: 'InvalidCertificateRef' | 'RefNotPermitted'; message: string }[];
} {
  const from: Referrer = { kind: 'Gateway', namespace: gateway.metadata.namespace ?? '' };
  const allowed: CertificateRef[] = [];
  const problems: ReturnType<typeof certificateRefs>['problems'] = [];
  for (const ref of listener.tls?.certificateRefs ?? []) {
    const { group = '', kind = 'Secret', namespace = from.namespace, name } = ref;
    if (kind !== 'Secret' || group !== '')
      problems.push({ reason: 'InvalidCertificateRef', message: `${kind} "${name}" is no Secret` });
    else if (isGranted(from, { kind: 'Secret', namespace, name }, grants(namespace)))
      allowed.push({ namespace, name });
    else
      problems.push({
        reason: 'RefNotPermitted',
        message: `no ReferenceGrant in namespace ${namespace} lets a Gateway of namespace ${from.namespace} name Secret "${name}"`,
      });
  }
  return { allowed, problems };
}

/** Secrets that an Ingress names. */
export function ingressCertificates({ metadata, spec }: Ingress): CertificateRef[] {
  return (spec?.tls ?? []).flatMap(({ secretName = '' }) =>
    secretName === '' ? [] : [{ namespace: metadata.namespace ?? '', name: secretName }],
  );
}

/** Every Secret that the nodes have to read for these, by `namespace/name`. They may read no others. */
export function namedCertificates(
  gateways: readonly Gateway[],
  ingresses: readonly Ingress[],
  grants: (namespace: string) => readonly ReferenceGrant[],
): ReadonlyMap<string, CertificateRef> {
  const refs = [
    ...gateways.flatMap((gateway) =>
      gateway.spec.listeners
        .filter(({ protocol }) => protocol === 'HTTPS')
        .flatMap((listener) => certificateRefs(gateway, listener, grants).allowed),
    ),
    ...ingresses.flatMap(ingressCertificates),
  ];
  return new Map(refs.map((ref) => [`${ref.namespace}/${ref.name}`, ref]));
}
