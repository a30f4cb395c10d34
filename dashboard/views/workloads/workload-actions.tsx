// What can be done with a workload: scale, restart, pause, go back, delete.
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { ComponentChildren, JSX } from 'preact';
import type { LiveObject } from '../../live/collection-state.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { NumberField } from '../../parts/number-field.tsx';
import type { Outcome } from '../../request/request.ts';
import { objectPath, RESOURCES } from '../../request/resource-paths.ts';
import { usePage } from '../../shell/page.ts';
import { pausing, REPLICAS_MAX, restarting, scaling, type WorkloadChange } from './workload-changes.ts';
import type { WorkloadWord } from './workload-rows.ts';

interface WorkloadActionProps {
  word: WorkloadWord;
  object: LiveObject;
}

/** Sends changes of one workload. */
export function useChange({ word, object }: WorkloadActionProps): {
  mayPatch: boolean;
  mayScale: boolean;
  send: (change: WorkloadChange) => Promise<Outcome<unknown>>;
} {
  const { request, access } = usePage();
  const ref = RESOURCES[word];
  const { namespace, name = '' } = object.metadata;
  return {
    mayPatch: access.may('patch', ref, namespace, name),
    mayScale: access.may('patch', { group: ref.group, resource: `${ref.resource}/scale` }, namespace, name),
    send: ({ suffix, ...options }) => request(`${objectPath(ref, namespace, name)}${suffix}`, options),
  };
}

/** Asks how many pods there shall be. */
export function ScaleButton(
  props: WorkloadActionProps & { replicas: number; note?: ComponentChildren },
): JSX.Element {
  const { replicas, note, object } = props;
  const { mayScale, send } = useChange(props);
  // The dialog outlives no other: what is typed in it is read when it is agreed to.
  const typed = { value: replicas };
  return (
    <ActionButton
      label="Scale"
      question={`Scale ${object.metadata.name}`}
      allowed={mayScale}
      confirm={() => {
        typed.value = replicas;
        return (
          <>
            <NumberField
              label="Pods"
              first={replicas}
              min={0}
              max={REPLICAS_MAX}
              onChange={(value) => {
                typed.value = value;
              }}
            />
            <p class="quiet">
              Now: {replicas}. With fewer, those least worth keeping are stopped first; with 0, all.
            </p>
            {note}
          </>
        );
      }}
      run={() => send(scaling(typed.value))}
      done="It is being scaled"
    />
  );
}

/** Replaces all pods. */
export function RestartButton(
  props: WorkloadActionProps & { pods: number; disabled?: boolean },
): JSX.Element {
  const { pods, object, disabled = false } = props;
  const { mayPatch, send } = useChange(props);
  const { nowMs } = usePage();
  return (
    <ActionButton
      label="Restart"
      question={`Restart ${object.metadata.name}?`}
      allowed={mayPatch}
      disabled={disabled}
      {...(disabled ? { title: 'It is paused: resume it first' } : {})}
      confirm={() =>
        `All ${pods} pods are replaced by new ones of the same version, at the pace of its strategy.`
      }
      run={() => send(restarting(nowMs.value))}
      done="Its pods are being replaced"
    />
  );
}

/** Holds a Deployment, or lets it go on. */
export function PauseButton({ deployment }: { deployment: Deployment }): JSX.Element {
  const { mayPatch, send } = useChange({ word: 'deployments', object: deployment });
  const paused = deployment.spec.paused === true;
  const name = deployment.metadata.name ?? '';
  return (
    <ActionButton
      label={paused ? 'Resume' : 'Pause'}
      question={`${paused ? 'Resume' : 'Pause'} ${name}?`}
      allowed={mayPatch}
      confirm={() =>
        paused
          ? 'Changes of its template that have waited are rolled out now.'
          : 'Changes of its template wait until it is resumed; an update that is under way stops where it is. Scaling still works.'
      }
      run={() => send(pausing(!paused))}
      done={paused ? `${name} goes on` : `${name} is paused`}
    />
  );
}
