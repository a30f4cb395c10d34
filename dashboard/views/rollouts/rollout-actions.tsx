// What can be done to a rollout. Each question says what will happen, from a dry run; the patches are those of ctl.
import type { Rollout } from '@gantry/api/kinds/rollout';
import { forecast, remaining } from '@gantry/api/rollout/forecast/forecast';
import { versionsOf, versionText, type Picture, type Version } from '@gantry/api/rollout/picture';
import { standingOf } from '@gantry/api/rollout/standing';
import { abortion } from '@gantry/api/rollout/steer/abort';
import { pausing } from '@gantry/api/rollout/steer/pause';
import { promotion } from '@gantry/api/rollout/steer/promote';
import { restarting } from '@gantry/api/rollout/steer/restart';
import { resumption } from '@gantry/api/rollout/steer/resume';
import { retrial } from '@gantry/api/rollout/steer/retry';
import type { Steering } from '@gantry/api/rollout/steer/steering';
import { undoing } from '@gantry/api/rollout/steer/undo';
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ActionButton } from '../../parts/action-button.tsx';
import { RESOURCES } from '../../request/resource-paths.ts';
import { changeTemplate, steer, steerAsIs } from '../../request/steer.ts';
import { usePage, type Page } from '../../shell/page.ts';

/** The buttons. Those that would do nothing just now are not shown. */
export function RolloutActions({ picture }: { picture: Picture }): JSX.Element {
  const { access, nowMs } = usePage();
  const { rollout } = picture;
  const { namespace, name } = rollout.metadata;
  const may = access.may('patch', RESOURCES.rollouts, namespace, name);
  const { isUpdating, isAborted } = standingOf(rollout);
  const waits = (rollout.status?.pauseConditions ?? []).length > 0;
  const common = { picture, may };
  return (
    <>
      {isUpdating && !isAborted && waits ? (
        <SteerButton {...common} label="Promote" tone="primary" decide={(one) => promotion(one, {})} />
      ) : null}
      {isAborted ? <SteerButton {...common} label="Retry" tone="primary" decide={retrial} /> : null}
      {isUpdating ? (
        <SteerButton {...common} label="Promote fully" decide={(one) => promotion(one, { full: true })} />
      ) : null}
      {isUpdating && !isAborted ? (
        <SteerButton {...common} label="Abort" tone="danger" decide={abortion} />
      ) : null}
      {rollout.spec.paused === true ? (
        <SteerButton {...common} label="Resume" decide={resumption} />
      ) : (
        <SteerButton {...common} label="Pause" decide={pausing} />
      )}
      <SteerButton {...common} label="Restart" decide={(one) => restarting(one, nowMs.peek())} />
      <UndoButton {...common} />
    </>
  );
}

interface SteerButtonProps {
  picture: Picture;
  may: boolean;
  label: string;
  tone?: 'primary' | 'danger';
  decide: (rollout: Rollout) => Steering;
}

function SteerButton({ picture, may, label, tone, decide }: SteerButtonProps): JSX.Element | null {
  const { request } = usePage();
  const { rollout } = picture;
  const steering = decide(rollout);
  if (steering.type === 'nothing') return null;
  return (
    <ActionButton
      label={label}
      allowed={may}
      {...(tone === undefined ? {} : { tone })}
      question={`${label} rollout ${rollout.metadata.name}?`}
      confirm={async () => {
        const tried = await steer(request, rollout, steering, { isDryRun: true });
        if (!tried.ok) return <Refused message={tried.message} />;
        return <WillHappen first={steering.done} lines={remaining(tried.value, versionsOf(picture))} />;
      }}
      run={() => steerAsIs(request, rollout, decide)}
      done={`Rollout ${rollout.metadata.name} ${steering.done}`}
    />
  );
}

function UndoButton({ picture, may }: { picture: Picture; may: boolean }): JSX.Element | null {
  const page = usePage();
  const versions = versionsOf(picture).filter(
    ({ replicaSet }) =>
      replicaSet.metadata.labels?.['rollouts-pod-template-hash'] !== picture.rollout.status?.currentPodHash,
  );
  const [wanted, setWanted] = useState<number | undefined>(undefined);
  const version = versions.find(({ revision }) => revision === wanted) ?? versions[0];
  if (!may || version === undefined) return null;
  const change = undoing(picture.rollout, version);
  if (change.type === 'nothing') return null;
  return (
    <span class="actions">
      <label class="picker">
        <span class="label">to</span>
        <select
          value={version.revision}
          onChange={({ currentTarget }) => setWanted(Number(currentTarget.value))}
        >
          {versions.map((one) => (
            <option key={one.revision} value={one.revision}>
              {optionText(one)}
            </option>
          ))}
        </select>
      </label>
      <ActionButton
        label="Undo"
        allowed={may}
        question={`Go back to revision ${version.revision}?`}
        confirm={() => undoQuestion(page, picture, version)}
        run={() => changeTemplate(page.request, picture.rollout, change, { isDryRun: false })}
        done={`Rollout ${picture.rollout.metadata.name} ${change.done}`}
      />
    </span>
  );
}

function optionText(version: Version): string {
  return `${versionText(version)} · ${version.images.join(', ')}`;
}

async function undoQuestion(
  { request }: Page,
  picture: Picture,
  version: Version,
): Promise<ComponentChildren> {
  const { rollout } = picture;
  const change = undoing(rollout, version);
  const tried = await changeTemplate(request, rollout, change, { isDryRun: true });
  if (!tried.ok) return <Refused message={tried.message} />;
  const lines =
    rollout.spec.workloadRef === undefined
      ? forecast({ before: rollout, after: tried.value, versions: versionsOf(picture) })
      : [];
  return <WillHappen first={change.type === 'change' ? change.done : ''} lines={lines} />;
}

function WillHappen({ first, lines }: { first: string; lines: readonly string[] }): JSX.Element {
  return (
    <>
      <p>{first}.</p>
      {lines.length === 0 ? null : (
        <>
          <p class="quiet">Then, as the plan goes:</p>
          <ol>
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}

function Refused({ message }: { message: string }): JSX.Element {
  return <p class="refused">The control plane would refuse it: {message}</p>;
}
