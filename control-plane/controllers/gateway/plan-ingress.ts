// What is said of an Ingress: the addresses it is reached at, and, by an Event, what of it cannot be used. Pure; the nodes
// go by the same rules.
import { ingressHosts } from '@gantry/api/gateway/ingress-hosts';
import { INGRESS_PORTS, ingressPortProblem } from '@gantry/api/gateway/ingress-ports';
import { readCertificate } from '@gantry/api/gateway/listener-certificates';
import { ingressCertificates, resolveBackend } from '@gantry/api/gateway/references';
import { brokenRule, type Survey } from '@gantry/api/gateway/survey';
import { ingressKind } from '@gantry/api/kinds/ingress';
import { readCertificatePair } from '@gantry/kit/certificate-pair';
import isEqual from 'fast-deep-equal';
import type { Action, Plan, PlanInputs } from '../../engine/controller.ts';
import { EVENT_MESSAGE_LENGTH_MAX } from '../../engine/plan-checks.ts';
import { refusalsOf, surveyOf } from './facts.ts';
import type { ObservedIngress } from './observe.ts';
import { problemsText } from './reasons.ts';

/** Something that an Ingress asks for and does not get; `reason` is that of the Event. */
interface Problem {
  reason: string;
  message: string;
}

/** The plan of an Ingress. */
export function planIngress(observed: ObservedIngress, { failure }: PlanInputs): Plan {
  const { ingress, nodes } = observed;
  const broken = brokenRule(ingressKind, ingress);
  const problems = broken === undefined ? problemsOf(observed) : [];
  const isReached = broken === undefined && isServed(observed);
  const addresses = isReached ? nodes.addresses.map((ip) => ({ ip })) : [];
  const status = { loadBalancer: addresses.length === 0 ? {} : { ingress: addresses } };
  const all =
    broken === undefined ? problems : [{ reason: 'Invalid', message: `${broken.path}: ${broken.message}` }];
  return {
    // Told once the status is written, not in each pass that leads there.
    actions: isEqual(status, ingress.status) ? eventsOf(observed, all) : [],
    status,
    reasons: [
      ...refusalsOf(failure),
      ...(all.length === 0 ? [] : [{ type: 'unresolved', message: problemsText(all) }]),
      ...(nodes.addresses.length === 0 ? [{ type: 'no-node-serves' }] : []),
    ],
  };
}

function eventsOf({ ingress }: ObservedIngress, problems: readonly Problem[]): Action[] {
  const [first] = problems;
  if (first === undefined) return [];
  const message = problemsText(problems).slice(0, EVENT_MESSAGE_LENGTH_MAX);
  const note = { regarding: ingress, severity: 'Warning', reason: first.reason, message } as const;
  return [{ type: 'record-event', ...note }];
}

/** Whether any of its ports is open: 443 only with a certificate. */
function isServed(observed: ObservedIngress): boolean {
  const looked = surveyOf(observed.around);
  if (portProblem('http', looked, observed) === undefined) return true;
  const hasCertificate = certificateProblems(observed).length < ingressCertificates(observed.ingress).length;
  return hasCertificate && portProblem('https', looked, observed) === undefined;
}

function problemsOf(observed: ObservedIngress): Problem[] {
  const looked = surveyOf(observed.around);
  const hasTls = (observed.ingress.spec?.tls ?? []).length > 0;
  const ports = [
    portProblem('http', looked, observed),
    hasTls ? portProblem('https', looked, observed) : undefined,
  ];
  return [
    ...backendProblems(observed, looked),
    ...certificateProblems(observed),
    ...ports.flatMap((message) => (message === undefined ? [] : { reason: 'PortUnavailable', message })),
  ];
}

function portProblem(
  protocol: keyof typeof INGRESS_PORTS,
  { listeners }: Survey,
  { nodePorts }: ObservedIngress,
): string | undefined {
  const port = INGRESS_PORTS[protocol];
  const holder = nodePorts.get(port);
  if (holder !== undefined) return `port ${port} is the node port of Service ${holder}`;
  return ingressPortProblem(protocol, listeners);
}

function backendProblems({ ingress }: ObservedIngress, { backends }: Survey): Problem[] {
  const namespace = ingress.metadata.namespace ?? '';
  const hosts = ingressHosts(ingress, (name) => backends.service(namespace, name));
  const refs = hosts.flatMap(({ rules }) => rules.flatMap(({ backendRefs = [] }) => backendRefs));
  return refs.flatMap((ref) => {
    const found = resolveBackend(ref, { kind: 'HTTPRoute', namespace }, backends);
    return 'reason' in found ? found : [];
  });
}

function certificateProblems({ ingress, secrets }: ObservedIngress): Problem[] {
  const world = {
    secret: ({ namespace, name }: { namespace: string; name: string }) => secrets.get(`${namespace}/${name}`),
    readPair: readCertificatePair,
  };
  return ingressCertificates(ingress).flatMap((ref) => {
    const read = readCertificate(ref, world);
    return 'pem' in read ? [] : read;
  });
}
