// A client whose writes are noted for the invariants: what was asked for, and what was acknowledged.
import type { Client } from '@gantry/api/client';
import type { KindDefinition } from '@gantry/api/definition';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import { storeKeyOf } from '@gantry/control-plane/resources/object-key';
import type { Ack, UserRequest, UserVerb } from '../invariants/world-view.ts';

/** Where users' doings are noted. */
export interface Ledger {
  requested(request: Omit<UserRequest, 'atMs'>): void;
  acknowledged(ack: Omit<Ack, 'atMs'>): void;
}

/** The same client. Dry runs are not to be done with it: they would be noted like writes. */
export function recordedClient(client: Client, ledger: Ledger): Client {
  const noted = async <T extends AnyObject>(
    verb: UserVerb,
    definition: KindDefinition<T>,
    at: ObjectKey,
    send: () => Promise<T>,
  ): Promise<T> => {
    const key = storeKeyOf(definition, at);
    ledger.requested({ verb, key });
    const object = await send();
    const { resourceVersion = '' } = object.metadata;
    ledger.acknowledged({ verb, key, uid: uidOf(object), resourceVersion, object });
    return object;
  };
  return {
    get: (...call) => client.get(...call),
    list: (...call) => client.list(...call),
    watch: (...call) => client.watch(...call),
    raw: (...call) => client.raw(...call),
    create: (definition, object, options) =>
      noted('create', definition, keyOf(object), () => client.create(definition, object, options)),
    update: (definition, object, options) =>
      noted('update', definition, keyOf(object), () => client.update(definition, object, options)),
    patch: (definition, key, type, patch, options) =>
      noted('update', definition, key, () => client.patch(definition, key, type, patch, options)),
    delete: (definition, key, options) =>
      noted('delete', definition, key, () => client.delete(definition, key, options)),
  };
}

/** What was removed at once is answered with a Status that names it. */
function uidOf(object: AnyObject): string {
  const { details } = object as AnyObject & { details?: { uid?: string } };
  return object.metadata.uid ?? details?.uid ?? '';
}
