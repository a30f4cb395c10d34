// What one listener comes to: whether it is accepted, clashes, has its certificates, and which routes belong to it. Pure.
import { listenerCertificates } from '@gantry/api/gateway/listener-certificates';
import type { ListenerProblem, PlacedListener } from '@gantry/api/gateway/listeners';
import { brokenRule, type Survey } from '@gantry/api/gateway/survey';
import type { AnyRoute, Attachment } from '@gantry/api/gateway/attachments';
import { httpRouteKind } from '@gantry/api/kinds/http-route';
import { tcpRouteKind } from '@gantry/api/kinds/tcp-route';
import { readCertificatePair } from '@gantry/kit/certificate-pair';
import type { Fact } from './facts.ts';
import type { ObservedGateway } from './observe.ts';
import { problemsText } from './reasons.ts';

/** A listener and what is said of it. */
export interface ListenerVerdict {
  placed: PlacedListener;
  attachedRoutes: number;
  facts: readonly Fact[];
  isAccepted: boolean;
  /** It is accepted and has what it needs: nodes that serve have it. */
  isWorking: boolean;
}

/**
 * Looks at one listener of the observed Gateway.
 *
 * @param attached what each route belongs to.
 */
export function listenerVerdict(
  placed: PlacedListener,
  looked: Survey,
  attached: readonly (readonly Attachment[])[],
  { secrets, nodes, nodePorts }: Pick<ObservedGateway, 'secrets' | 'nodes' | 'nodePorts'>,
): ListenerVerdict {
  const problem = placed.problem ?? nodePortProblem(placed, nodePorts);
  const { pems, problems } = listenerCertificates(placed, {
    secret: ({ namespace, name }) => secrets.get(`${namespace}/${name}`),
    grants: (namespace) => looked.backends.grants(namespace),
    readPair: readCertificatePair,
  });
  const isAccepted = problem === undefined;
  const isWorking = isAccepted && (placed.protocol !== 'https' || pems.length > 0);
  const unresolved = [...problems, ...kindProblems(placed)];
  return {
    ...{ placed, isAccepted, isWorking },
    attachedRoutes: attached.filter((route) =>
      route.some(({ listeners }) => listeners.some(({ listener }) => listener === placed)),
    ).length,
    facts: [
      acceptedFact(problem),
      conflictFact(problem),
      {
        type: 'ResolvedRefs',
        holds: unresolved.length === 0,
        reason: unresolved[0]?.reason ?? 'ResolvedRefs',
        message: unresolved.length === 0 ? 'all that it names can be used' : problemsText(unresolved),
      },
      programmedFact(isWorking, nodes.addresses.length > 0),
    ],
  };
}

function nodePortProblem(
  { listener: { port } }: PlacedListener,
  nodePorts: ReadonlyMap<number, string>,
): ListenerProblem | undefined {
  const holder = nodePorts.get(port);
  if (holder === undefined) return undefined;
  const message = `port ${port} is the node port of Service ${holder}`;
  return { type: 'Accepted', reason: 'PortUnavailable', message };
}

function kindProblems({ foreignKinds, listener }: PlacedListener): { reason: string; message: string }[] {
  if (foreignKinds.length === 0) return [];
  const message = `with protocol ${listener.protocol} no ${foreignKinds.join(', ')} can belong to it`;
  return [{ reason: 'InvalidRouteKinds', message }];
}

/** What the routes that are accepted belong to; also to listeners that do not work, as Gateway API counts them. */
export function acceptedAttachments(routes: readonly AnyRoute[], looked: Survey): Attachment[][] {
  return routes
    .filter((route) => !isBroken(route))
    .map((route) => looked.attachments(route).filter(({ reason }) => reason === 'Accepted'));
}

function isBroken(route: AnyRoute): boolean {
  return route.kind === 'TCPRoute'
    ? brokenRule(tcpRouteKind, route) !== undefined
    : brokenRule(httpRouteKind, route) !== undefined;
}

/** One that clashes is not accepted either. */
function acceptedFact(problem: ListenerProblem | undefined): Fact {
  return {
    type: 'Accepted',
    holds: problem === undefined,
    reason: problem?.reason ?? 'Accepted',
    message: problem?.message ?? 'the listener is accepted',
  };
}

function conflictFact(problem: ListenerProblem | undefined): Fact {
  return problem?.type === 'Conflicted'
    ? { type: 'Conflicted', holds: true, reason: problem.reason, message: problem.message }
    : { type: 'Conflicted', holds: false, reason: 'NoConflicts', message: 'no other listener has its place' };
}

function programmedFact(isWorking: boolean, hasNodes: boolean): Fact {
  const type = 'Programmed';
  if (!isWorking)
    return { type, holds: false, reason: 'Invalid', message: 'no node serves it: see its other conditions' };
  return hasNodes
    ? { type, holds: true, reason: 'Programmed', message: 'the nodes serve it' }
    : {
        ...{ type, holds: false, reason: 'Pending' },
        message: 'no node that is Ready has a service proxy in step',
      };
}
