// A shell in a container. xterm.js is loaded when it is first opened.
import type { Pod } from '@gantry/api/kinds/pod';
import type { JSX } from 'preact';
import { effect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Card, Empty } from '../../../parts/card.tsx';
import { Choice } from '../../../parts/choice.tsx';
import { usePage } from '../../../shell/page.ts';
import { containersOf } from '../container-facts.ts';
import { SHELL, type ExecTarget } from './exec-messages.ts';
import './terminal.css';

/** The tab. */
export function TerminalView({ pod }: { pod: Pod }): JSX.Element {
  const running = containersOf(pod)
    .filter(({ status }) => status?.state?.running !== undefined)
    .map(({ container }) => container.name);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [command, setCommand] = useState('');
  const [target, setTarget] = useState<ExecTarget | undefined>(undefined);
  const container = chosen ?? running[0];
  const { namespace = '', name = '' } = pod.metadata;
  if (container === undefined)
    return <Empty>No container of this pod runs, so there is nowhere to open a terminal.</Empty>;
  const words = command.trim() === '' ? SHELL : command.trim().split(/\s+/);
  return (
    <Card>
      <form
        class="terminal-bar"
        onSubmit={(event) => {
          event.preventDefault();
          setTarget({ namespace, pod: name, container, command: words });
        }}
      >
        <Choice label="Container" values={running} value={container} onChange={setChosen} />
        <label class="choice">
          Command{' '}
          <input
            class="field"
            value={command}
            placeholder="a shell"
            spellcheck={false}
            autocapitalize="off"
            onInput={({ currentTarget }) => setCommand(currentTarget.value)}
          />
        </label>
        <button type="submit" class="button primary">
          {target === undefined ? 'Open' : 'Open anew'}
        </button>
      </form>
      {target === undefined ? (
        <p class="quiet">What you do here is done inside the container, as the user it runs as.</p>
      ) : (
        <OpenTerminal target={target} />
      )}
    </Card>
  );
}

function OpenTerminal({ target }: { target: ExecTarget }): JSX.Element {
  const { openSocket, isDark } = usePage();
  const place = useRef<HTMLDivElement>(null);
  const [end, setEnd] = useState<string | undefined>(undefined);
  useEffect(() => {
    let close = (): void => undefined;
    let wanted = true;
    setEnd(undefined);
    void Promise.all([import('./screen.ts'), import('./terminal-session.ts')]).then(
      ([{ openScreen }, { runTerminal }]) => {
        const element = place.current;
        if (!wanted || element === null) return;
        const screen = openScreen(element);
        const stop = runTerminal(openSocket, target, screen, setEnd);
        const stopColouring = effect(() => {
          void isDark.value;
          screen.recolour();
        });
        close = () => {
          stopColouring();
          stop();
          screen.close();
        };
      },
      (error: unknown) => setEnd(`The terminal cannot be loaded: ${String(error)}`),
    );
    return () => {
      wanted = false;
      close();
    };
  }, [openSocket, isDark, target]);
  return (
    <>
      <div class="terminal-place" ref={place} role="region" aria-label={`Terminal in ${target.container}`} />
      <p class="terminal-end" role="status">
        {end ?? ''}
      </p>
    </>
  );
}
