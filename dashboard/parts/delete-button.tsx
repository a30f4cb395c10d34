// Deletes an object, after having said what goes with it.
import type { ComponentChildren, JSX } from 'preact';
import type { LiveObject } from '../live/collection-state.ts';
import { objectPath, RESOURCES, type ResourceWord } from '../request/resource-paths.ts';
import { usePage } from '../shell/page.ts';
import { ActionButton } from './action-button.tsx';

interface DeleteButtonProps {
  word: ResourceWord;
  object: LiveObject;
  /** What will happen, after the sentence that names the object. */
  consequence: ComponentChildren;
}

/** The button; not there without permission, off while the object is being deleted already. */
export function DeleteButton({ word, object: { metadata }, consequence }: DeleteButtonProps): JSX.Element {
  const { access, request } = usePage();
  const ref = RESOURCES[word];
  const { namespace, name = '', uid, deletionTimestamp } = metadata;
  const going = deletionTimestamp !== undefined;
  return (
    <ActionButton
      label="Delete"
      tone="danger"
      question={`Delete ${ref.kind} ${name}?`}
      allowed={access.may('delete', ref, namespace, name)}
      disabled={going}
      {...(going ? { title: 'It is being deleted' } : {})}
      confirm={() => consequence}
      // By UID: what has come in its place since the page showed it stays.
      run={() =>
        request(objectPath(ref, namespace, name), {
          method: 'DELETE',
          body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid } },
        })
      }
      done={`${ref.kind} ${name} is being deleted`}
    />
  );
}
