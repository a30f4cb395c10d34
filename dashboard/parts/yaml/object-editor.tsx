// The editor of one object or a part of it: change, check (a dry run on the server with the difference), save.
import type { AnyObject } from '@gantry/api/meta';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { usePage } from '../../shell/page.ts';
import { ConflictNote } from '../conflict-note.tsx';
import { EditButtons } from '../edit-buttons.tsx';
import { DiffView } from './diff-view.tsx';
import { FaultList } from './fault-list.tsx';
import { writeObject, type TextForm, type Verdict, type YamlWork } from './write-object.ts';
import './yaml.css';

interface EditorProps {
  work: YamlWork;
  form: TextForm;
  /** What the text is, for those who cannot see it. */
  label: string;
  /** Of the object. */
  path: string;
  /** As it was stored when the edit began. */
  base: AnyObject;
  /** Whether it has changed since. */
  isStale: boolean;
  onSaved: (object: AnyObject) => void;
  onLeave: (theirs?: AnyObject) => void;
  /** Stands between the text and the buttons. */
  children?: ComponentChildren;
}

/** The editor. */
export function ObjectEditor(props: EditorProps): JSX.Element {
  const { work, form, isStale, onLeave } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => focusStart(area.current), []);
  const [base, setBase] = useState(props.base);
  const [text, setText] = useState(() => form.show(props.base));
  const edit = useEdit(props);
  const { verdict, busy } = edit;
  const isChecked = verdict?.type === 'checked';
  const compare = ({ theirs, mine }: { theirs: AnyObject; mine: AnyObject }): void => {
    const merged = form.show(work.onTopOf(theirs, base, mine));
    setBase(theirs);
    setText(merged);
    void edit.run({ base: theirs, text: merged, dryRun: true });
  };
  return (
    <>
      <textarea
        ref={area}
        class="yaml-text"
        aria-label={props.label}
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          edit.forget();
        }}
      />
      {props.children}
      <EditButtons
        busy={busy}
        isChecked={isChecked}
        onLeave={() => onLeave()}
        onCheck={() => void edit.run({ base, text, dryRun: true })}
        onSave={() => void edit.run({ base, text, dryRun: false })}
      />
      {isStale && verdict?.type !== 'conflict' ? (
        <p class="note">Someone or something has changed this object since you began; saving will tell.</p>
      ) : null}
      <VerdictView verdict={verdict} area={area} onTake={onLeave} onCompare={compare} />
    </>
  );
}

/** The button that was pressed is gone: whoever uses the keyboard goes on in the text, at its beginning. */
function focusStart(area: HTMLTextAreaElement | null): void {
  area?.focus();
  area?.setSelectionRange(0, 0);
}

interface Run {
  base: AnyObject;
  text: string;
  dryRun: boolean;
}

function useEdit({ work, form, path, onSaved }: EditorProps) {
  const { request, notices } = usePage();
  const [verdict, setVerdict] = useState<Verdict | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const run = async ({ base, text, dryRun }: Run): Promise<void> => {
    setBusy(true);
    const found = await writeObject({ work, form, request, path, base, text }, { dryRun });
    setBusy(false);
    setVerdict(found);
    if (found.type !== 'saved') return;
    for (const warning of found.warnings) notices.add('info', warning);
    notices.add('good', `${found.object.kind} ${found.object.metadata.name ?? ''} is saved.`);
    onSaved(found.object);
  };
  return { verdict, busy, run, forget: () => setVerdict(undefined) };
}

function VerdictView({ verdict, area, onTake, onCompare }: VerdictProps): JSX.Element | null {
  if (verdict === undefined || verdict.type === 'saved') return null;
  if (verdict.type === 'faults') return <FaultList faults={verdict.faults} area={area} />;
  if (verdict.type === 'conflict')
    return <ConflictNote onTake={() => onTake(verdict.theirs)} onCompare={() => onCompare(verdict)} />;
  return (
    <>
      {verdict.warnings.map((warning) => (
        <p key={warning} class="note">
          {warning}
        </p>
      ))}
      <DiffView difference={verdict.difference} />
    </>
  );
}

interface VerdictProps {
  verdict: Verdict | undefined;
  area: { readonly current: HTMLTextAreaElement | null };
  onTake: (theirs: AnyObject) => void;
  onCompare: (sides: { theirs: AnyObject; mine: AnyObject }) => void;
}
