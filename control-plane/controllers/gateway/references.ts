// What Gateways, routes and Ingresses name, as keys: which Services and Secrets are read for them, and which of them a
// changed object concerns. Pure.
import { GATEWAY_GROUP, type BackendObjectReference } from '@gantry/api/kinds/gateway/references';
import type { AnyRoute } from '@gantry/api/gateway/attachments';
import { ingressCertificates } from '@gantry/api/gateway/references';
import type { Gateway } from '@gantry/api/kinds/gateway';
import type { HTTPRouteRule } from '@gantry/api/kinds/http-route';
import type { Ingress } from '@gantry/api/kinds/ingress';
import type { ObjectKey } from '@gantry/api/meta';

/** Backends of all rules of a route, and who gets copies. */
export function backendsOf({ spec }: AnyRoute): readonly BackendObjectReference[] {
  const rules = (spec.rules ?? []) as readonly Pick<HTTPRouteRule, 'backendRefs' | 'filters'>[];
  return rules.flatMap(({ backendRefs = [], filters = [] }) => [
    ...backendRefs,
    ...filters.flatMap(({ requestMirror }) => requestMirror?.backendRef ?? []),
  ]);
}

/** Gateways that a route names as parents. */
export function gatewaysOf({ metadata, spec }: AnyRoute): ObjectKey[] {
  return (spec.parentRefs ?? []).flatMap(({ group = GATEWAY_GROUP, kind = 'Gateway', namespace, name }) =>
    group === GATEWAY_GROUP && kind === 'Gateway'
      ? [{ namespace: namespace ?? metadata.namespace ?? '', name }]
      : [],
  );
}

/** Services that a route names, as backends or as parents. */
export function servicesOfRoute(route: AnyRoute): ObjectKey[] {
  const { metadata, spec } = route;
  const own = metadata.namespace ?? '';
  const parents = (spec.parentRefs ?? []).filter(({ kind }) => kind === 'Service');
  return [...backendsOf(route), ...parents].map(({ namespace = own, name }) => ({ namespace, name }));
}

/** Services that an Ingress names. */
export function servicesOfIngress({ metadata, spec }: Ingress): ObjectKey[] {
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  const backends = [spec?.defaultBackend, ...paths.map(({ backend }) => backend)];
  return backends.flatMap((backend) =>
    backend?.service === undefined
      ? []
      : [{ namespace: metadata.namespace ?? '', name: backend.service.name }],
  );
}

/** Secrets that listeners of a Gateway name, allowed or not. */
export function secretsOfGateway({ metadata, spec }: Gateway): ObjectKey[] {
  return spec.listeners.flatMap(({ tls }) =>
    (tls?.certificateRefs ?? []).map(({ namespace = metadata.namespace ?? '', name }) => ({
      namespace,
      name,
    })),
  );
}

/** Secrets that an Ingress names. */
export function secretsOfIngress(ingress: Ingress): ObjectKey[] {
  return ingressCertificates(ingress);
}

/** Whether the key is among them. */
export function names(keys: readonly ObjectKey[], { namespace, name }: ObjectKey): boolean {
  return keys.some((key) => key.name === name && key.namespace === namespace);
}
