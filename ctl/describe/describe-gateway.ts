// Gateways, routes and Ingresses: where requests come in, where they go, and what was made of it. Pure.
import { parentText } from '@gantry/api/gateway/parent-text';
import type { BackendObjectReference } from '@gantry/api/kinds/gateway/references';
import type { Gateway } from '@gantry/api/kinds/gateway';
import type { GatewayClass } from '@gantry/api/kinds/gateway-class';
import type { HTTPRoute, HTTPRouteMatch } from '@gantry/api/kinds/http-route';
import type { Ingress, IngressBackend } from '@gantry/api/kinds/ingress';
import type { TCPRoute } from '@gantry/api/kinds/tcp-route';
import { conditionsField, deletionFields, describer, identityFields } from './describer.ts';
import { NONE, type Field } from './layout.ts';

export const gatewayClassDescriber = describer<GatewayClass>({}, (gatewayClass) => [
  ...identityFields(gatewayClass),
  ['Controller', gatewayClass.spec.controllerName],
  ['Description', gatewayClass.spec.description],
  conditionsField(gatewayClass.status?.conditions),
]);

export const gatewayDescriber = describer<Gateway>({}, (gateway) => {
  const { spec, status } = gateway;
  const addresses = (status?.addresses ?? []).map(({ value }) => value);
  return [
    ...identityFields(gateway),
    ...deletionFields(gateway),
    ['Class', spec.gatewayClassName],
    ['Addresses', addresses.length === 0 ? NONE : addresses],
    conditionsField(status?.conditions),
    ...spec.listeners.map(({ name, port, protocol, hostname }): Field => {
      const told = status?.listeners?.find((one) => one.name === name);
      return [
        `Listener ${name}`,
        {
          fields: [
            ['Port', `${port}/${protocol}`],
            ['Host', hostname ?? '*'],
            ['Routes', told === undefined ? undefined : String(told.attachedRoutes)],
            conditionsField(told?.conditions),
          ],
        },
      ];
    }),
  ];
});

/** HTTPRoutes and TCPRoutes. */
export const routeDescriber = describer<HTTPRoute | TCPRoute>({}, (route) => {
  const { spec, status } = route;
  const hostnames = 'hostnames' in spec ? spec.hostnames : undefined;
  return [
    ...identityFields(route),
    ...deletionFields(route),
    ['Hosts', hostnames],
    ['Parents', (spec.parentRefs ?? []).map(parentText)],
    ['Rules', { rows: [['Requests', 'Backends'], ...(spec.rules ?? []).map(ruleRow)] }],
    ...(status?.parents ?? []).map(({ parentRef, controllerName, conditions }): Field => [
      `Told of ${parentText(parentRef)} by ${controllerName}`,
      { fields: [conditionsField(conditions)] },
    ]),
  ];
});

export const ingressDescriber = describer<Ingress>({}, (ingress) => {
  const { spec, status } = ingress;
  const addresses = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  const rows = (spec?.rules ?? []).flatMap(({ host = '*', http }) =>
    (http?.paths ?? []).map(({ path = '/', backend }) => [host, path, ingressBackendText(backend)]),
  );
  return [
    ...identityFields(ingress),
    ...deletionFields(ingress),
    ['Class', spec?.ingressClassName ?? NONE],
    ['Addresses', addresses.length === 0 ? NONE : addresses],
    [
      'Default Backend',
      spec?.defaultBackend === undefined ? undefined : ingressBackendText(spec.defaultBackend),
    ],
    [
      'TLS',
      spec?.tls?.map(({ secretName = NONE, hosts = [] }) => `${secretName} for ${hosts.join(',') || '*'}`),
    ],
    ['Rules', rows.length === 0 ? undefined : { rows: [['Host', 'Path', 'Backend'], ...rows] }],
  ];
});

interface AnyRule {
  matches?: HTTPRouteMatch[];
  filters?: { type: string }[];
  backendRefs?: (BackendObjectReference & { weight?: number })[];
}

function ruleRow({ matches, filters = [], backendRefs = [] }: AnyRule): string[] {
  const backends = backendRefs.map(
    ({ namespace, name, port, weight = 1 }) =>
      `${namespace === undefined ? '' : `${namespace}/`}${name}:${port ?? ''}${backendRefs.length > 1 ? ` (weight ${weight})` : ''}`,
  );
  const done = filters.map(({ type }) => type);
  return [(matches ?? [{}]).map(matchText).join(' or '), [...done, ...backends].join(', ') || NONE];
}

function matchText({ method, path, headers = [], queryParams = [] }: HTTPRouteMatch): string {
  return [
    ...(method === undefined ? [] : [method]),
    path === undefined ? 'all' : `${path.type ?? 'PathPrefix'} ${path.value ?? '/'}`,
    ...headers.map(({ name, value }) => `${name}: ${value}`),
    ...queryParams.map(({ name, value }) => `?${name}=${value}`),
  ].join(' ');
}

function ingressBackendText({ service }: IngressBackend): string {
  return service === undefined ? NONE : `${service.name}:${service.port?.name ?? service.port?.number ?? ''}`;
}
