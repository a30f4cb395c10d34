// Search over everything: Ctrl-K, type, arrow keys, Enter.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useList } from '../live/use-live.ts';
import { RESOURCES, type ResourceWord } from '../request/resource-paths.ts';
import { find, type Findable } from './find.ts';
import { usePage } from './page.ts';
import { hrefOf, objectHref } from './route.ts';
import { useModal } from './use-modal.ts';
import { VIEWS } from './views.ts';

/** Kinds that are searched, by the word of their view. */
const SEARCHED: readonly ResourceWord[] = [
  'rollouts',
  'deployments',
  'pods',
  'nodes',
  'services',
  'jobs',
  'cronjobs',
  'daemonsets',
  'configmaps',
  'secrets',
  'featureflags',
  'httproutes',
];

/** Spread, since the types want a native data list with this role. */
const COMBOBOX: object = { role: 'combobox' };

/** The dialog. */
export function Search({ onClose }: { onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const { router } = usePage();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = find(useFindables(), text);
  useModal(dialog, true);
  const go = (entry: Findable | undefined): void => {
    if (entry === undefined) return;
    onClose();
    router.go(entry.href);
  };
  const press = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(found.length - 1, at + step)));
    } else if (event.key === 'Escape') {
      // By itself the field would only be emptied. The dialog closes itself: while it is open nothing behind it takes the focus.
      event.preventDefault();
      dialog.current?.close();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      go(found[at]);
    }
  };
  return (
    <dialog ref={dialog} class="dialog search" aria-label="Search" onClose={onClose}>
      <input
        type="search"
        {...COMBOBOX}
        aria-label="Search for views and objects"
        aria-expanded={found.length > 0}
        aria-controls="found"
        {...(found.length === 0 ? {} : { 'aria-activedescendant': `found-${at}` })}
        placeholder="Name, kind or namespace …"
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
        autofocus
      />
      <Found found={found} at={at} onGo={go} />
      {text !== '' && found.length === 0 ? <p class="empty">Nothing has this name.</p> : null}
    </dialog>
  );
}

function Found({ found, at, onGo }: FoundProps): JSX.Element {
  return (
    <ul id="found" role="listbox" aria-label="Found">
      {found.map((entry, index) => (
        <li
          key={entry.href}
          id={`found-${index}`}
          role="option"
          aria-selected={index === at}
          onClick={() => onGo(entry)}
        >
          <span class="found-name">{entry.name}</span>
          <span class="quiet">
            {entry.kind}
            {entry.namespace === undefined ? '' : ` in ${entry.namespace}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

interface FoundProps {
  found: readonly Findable[];
  at: number;
  onGo: (entry: Findable) => void;
}

function useFindables(): Findable[] {
  const { access } = usePage();
  const lists = SEARCHED.map((word) => {
    const may = access.may('list', RESOURCES[word]);
    const { items } = useList(word, may ? { metadataOnly: true } : undefined);
    return { word, items };
  });
  return [
    ...VIEWS.map(({ word, title }) => ({
      kind: 'View',
      name: title,
      href: hrefOf(word === '' ? [] : [word]),
    })),
    ...lists.flatMap(({ word, items }) =>
      items.map(({ metadata: { namespace, name = '' } }) => ({
        kind: RESOURCES[word].kind,
        ...(namespace === undefined ? {} : { namespace }),
        name,
        href: objectHref(word, namespace, name),
      })),
    ),
  ];
}
