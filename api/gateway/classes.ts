// Which Gateways and Ingresses are ours, by their classes.
import { DEFAULT_INGRESS_CLASS_ANNOTATION, type IngressClass } from '../kinds/ingress-class.ts';
import { GATEWAY_CONTROLLER, type GatewayClass } from '../kinds/gateway-class.ts';
import type { Gateway } from '../kinds/gateway.ts';
import type { Ingress } from '../kinds/ingress.ts';

/** The annotation that named the class before there was a field. */
const OLD_ANNOTATION = 'kubernetes.io/ingress.class';

/** Names of the classes whose controller is Gantry's. */
export function ourGatewayClasses(classes: readonly GatewayClass[]): ReadonlySet<string> {
  return new Set(
    classes.flatMap(({ metadata, spec }) =>
      spec.controllerName === GATEWAY_CONTROLLER ? (metadata.name ?? []) : [],
    ),
  );
}

/** Those whose class is ours, oldest first: where two ask for the same, the older one has it. */
export function ourGateways(
  gateways: readonly Gateway[],
  classes: readonly GatewayClass[],
): readonly Gateway[] {
  const ours = ourGatewayClasses(classes);
  return gateways.filter(({ spec }) => ours.has(spec.gatewayClassName)).sort(byAge);
}

/** Those whose class is ours, oldest first. One that names no class has the default one. */
export function ourIngresses(
  ingresses: readonly Ingress[],
  classes: readonly IngressClass[],
): readonly Ingress[] {
  const ours = new Set(
    classes.flatMap(({ metadata, spec }) =>
      spec?.controller === GATEWAY_CONTROLLER ? (metadata.name ?? []) : [],
    ),
  );
  const standard = classes.find(
    ({ metadata }) => metadata.annotations?.[DEFAULT_INGRESS_CLASS_ANNOTATION] === 'true',
  )?.metadata.name;
  return ingresses
    .filter(({ metadata, spec }) => {
      const named = spec?.ingressClassName ?? metadata.annotations?.[OLD_ANNOTATION] ?? standard;
      return named !== undefined && ours.has(named);
    })
    .sort(byAge);
}

interface Aged {
  metadata: {
    creationTimestamp?: string | undefined;
    namespace?: string | undefined;
    name?: string | undefined;
  };
}

/** The older one first; then by namespace and name. */
export function byAge(a: Aged, b: Aged): number {
  return compare(ageKey(a), ageKey(b));
}

/** Sorts by age, then namespace and name. */
export function ageKey({ metadata }: Aged): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
