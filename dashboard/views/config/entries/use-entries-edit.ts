// One edit of entries: the draft, what the server says to it, and what is done when somebody else was faster.
import { useState } from 'preact/hooks';
import { usePage } from '../../../shell/page.ts';
import { changesOf, draftOf, onTopOf, type Draft, type StoredEntry } from './entry-draft.ts';
import { writeEntries, type EntriesKind, type EntriesVerdict } from './write-entries.ts';

/** A version of an object, as far as it is edited. */
export interface EntriesBase {
  resourceVersion: string;
  entries: readonly StoredEntry[];
}

/** What is edited, and what becomes of it. */
export interface EntriesTarget {
  kind: EntriesKind;
  name: string;
  /** Of the object. */
  path: string;
  /** As it was stored when the edit began. */
  base: EntriesBase;
  /** As it is stored now; a text tells why it cannot be read. */
  readAgain: () => Promise<EntriesBase | string>;
  onDone: () => void;
}

/** The state of an edit. */
export interface EntriesEdit {
  draft: Draft;
  base: EntriesBase;
  verdict: EntriesVerdict | undefined;
  busy: boolean;
  /** Another draft: what was said of the last one holds no more. */
  change(draft: Draft): void;
  check(): Promise<void>;
  save(): Promise<void>;
  /** Puts the wishes on what is stored now, and checks them. */
  rebase(): Promise<void>;
}

/** Begins with nothing changed. */
export function useEntriesEdit({
  kind,
  name,
  path,
  readAgain,
  onDone,
  ...target
}: EntriesTarget): EntriesEdit {
  const { request, notices } = usePage();
  const [base, setBase] = useState(target.base);
  const [draft, setDraft] = useState(() => draftOf(target.base.entries));
  const [verdict, setVerdict] = useState<EntriesVerdict | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const write = async (dryRun: boolean, at: EntriesBase, wished: Draft): Promise<void> => {
    setBusy(true);
    const { resourceVersion } = at;
    const changes = changesOf(wished);
    const found = await writeEntries({ request, path, kind, resourceVersion, changes }, { dryRun });
    setBusy(false);
    setVerdict(found);
    if (found.type !== 'saved') return;
    for (const warning of found.warnings) notices.add('info', warning);
    notices.add('good', `${kind} ${name} is saved.`);
    onDone();
  };
  return {
    ...{ draft, base, verdict, busy },
    change(next) {
      setDraft(next);
      setVerdict(undefined);
    },
    check: () => write(true, base, draft),
    save: () => write(false, base, draft),
    async rebase() {
      setBusy(true);
      const theirs = await readAgain();
      setBusy(false);
      if (typeof theirs === 'string') return setVerdict({ type: 'refused', sentences: [theirs] });
      const mine = onTopOf(theirs.entries, draft);
      setBase(theirs);
      setDraft(mine);
      await write(true, theirs, mine);
    },
  };
}
