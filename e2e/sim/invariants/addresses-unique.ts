// Nothing that is given out belongs to two objects at once.
import type { Node } from '@gantry/api/kinds/node';
import type { Service } from '@gantry/api/kinds/service';
import type { AnyObject } from '@gantry/api/meta';
import { titleOf } from './object-reading.ts';
import type { Invariant, WorldView } from './world-view.ts';

const KINDS: ReadonlySet<string> = new Set(['Service', 'Node']);

/** Addresses and node ports of Services, pod ranges of nodes; and each stays what it is for life. */
export function createAddressesUnique(): Invariant {
  return {
    name: 'addresses-unique',
    sentence:
      'No two Services have one address or node port, no two nodes one range of pod addresses, and a range never changes.',
    check(view) {
      const concerned = view.writes.filter(({ after }) => after !== undefined && KINDS.has(after.kind));
      if (concerned.length === 0) return undefined;
      for (const { before, after } of concerned) {
        const was = (before as Node | undefined)?.spec.podCIDR ?? '';
        const is = (after as Node | undefined)?.spec.podCIDR ?? '';
        if (after?.kind === 'Node' && was !== '' && was !== is)
          return `${titleOf(after)} had the range ${was}, and now ${is === '' ? 'none' : is}`;
      }
      return sharedIn(view);
    },
  };
}

function sharedIn(view: WorldView): string | undefined {
  const holders = new Map<string, AnyObject>();
  for (const kind of KINDS) {
    for (const object of view.objects(kind).values()) {
      for (const what of new Set(givenTo(object))) {
        const other = holders.get(what);
        if (other !== undefined) return `${titleOf(other)} and ${titleOf(object)} both have the ${what}`;
        holders.set(what, object);
      }
    }
  }
  return undefined;
}

function givenTo(object: AnyObject): string[] {
  if (object.kind === 'Node') {
    const { podCIDR = '' } = (object as Node).spec;
    return podCIDR === '' ? [] : [`range ${podCIDR}`];
  }
  const { clusterIP = '', ports = [] } = (object as Service).spec;
  return [
    ...(clusterIP === '' || clusterIP === 'None' ? [] : [`address ${clusterIP}`]),
    ...ports.flatMap(({ nodePort = 0 }) => (nodePort === 0 ? [] : [`node port ${nodePort}`])),
  ];
}
