// What can be done with a node: close it for new pods, open it again, empty it, delete it.
import type { Node } from '@gantry/api/kinds/node';
import type { JSX } from 'preact';
import { ActionButton } from '../../parts/action-button.tsx';
import { DeleteButton } from '../../parts/delete-button.tsx';
import type { Outcome } from '../../request/request.ts';
import { objectPath, RESOURCES } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';

interface NodeActionsProps {
  node: Node;
  draining: boolean;
  /** Of draining. */
  button: { current: HTMLButtonElement | null };
  /** Shows what draining would do. */
  onDrain: () => void;
}

/** The buttons. */
export function NodeActions({ node, draining, button, onDrain }: NodeActionsProps): JSX.Element {
  const { access } = usePage();
  const setClosed = useClosing(node);
  const { name = '' } = node.metadata;
  const closed = node.spec.unschedulable === true;
  const mayPatch = access.may('patch', RESOURCES.nodes, undefined, name);
  const mayEvict = access.may('create', { group: '', resource: 'pods/eviction' });
  return (
    <>
      <ActionButton
        label={closed ? 'Uncordon' : 'Cordon'}
        question={closed ? `Open ${name} again?` : `Close ${name} for new pods?`}
        allowed={mayPatch}
        confirm={() =>
          closed
            ? 'New pods may come here again. Those that left do not come back by themselves.'
            : 'No new pods come here. Those that run here stay.'
        }
        run={() => setClosed(!closed)}
        done={closed ? `${name} takes pods again` : `${name} takes no new pods`}
      />
      {mayPatch && mayEvict ? (
        <button ref={button} type="button" class="button plain" disabled={draining} onClick={onDrain}>
          Drain …
        </button>
      ) : null}
      <DeleteButton
        word="nodes"
        object={node}
        consequence="Its pods are made anew elsewhere. If its agent still runs, it registers the node again."
      />
    </>
  );
}

/** Closes the node for new pods, or opens it. */
export function useClosing({
  metadata: { name = '' },
}: Node): (closed: boolean) => Promise<Outcome<unknown>> {
  const { request } = usePage();
  return (closed) =>
    request(`${objectPath(RESOURCES.nodes, undefined, name)}?fieldManager=gantry-dashboard`, {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { spec: { unschedulable: closed ? true : null } },
    });
}
