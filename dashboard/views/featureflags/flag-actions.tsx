// What can be done to one flag with a press: enable, disable, kill, release.
import { killSwitchChange, stateChange } from '@gantry/api/flags/flag-patch';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { ChangeButton } from './change-button.tsx';
import type { FlagRow } from './flag-rows.ts';
import { offText } from './flag-words.ts';

/** The buttons. */
export function FlagActions({ object, row }: { object: FeatureFlag; row: FlagRow }): JSX.Element {
  const { key, rules } = row;
  const isEnabled = row.now.state === 'ENABLED';
  return (
    <>
      <ChangeButton
        object={object}
        label={isEnabled ? 'Disable' : 'Enable'}
        question={`${isEnabled ? 'Disable' : 'Enable'} ${key}?`}
        will={
          isEnabled
            ? 'Nothing is decided any more: programs use the value in their own code.'
            : 'It is decided again, by its targeting and its default.'
        }
        change={(nowMs) => stateChange({ spec: object.spec, key, nowMs }, isEnabled ? 'DISABLED' : 'ENABLED')}
        done={`${key} is ${isEnabled ? 'disabled' : 'enabled'}.`}
      />
      {rules?.killSwitch?.engaged === true ? (
        <ChangeButton
          object={object}
          label="Release kill switch"
          tone="primary"
          question={`Let ${key} be decided again?`}
          will="Its state, targeting, schedule and prerequisites count again."
          change={() => killSwitchChange(key, false)}
          done={`The kill switch of ${key} is released.`}
        />
      ) : (
        <KillButton object={object} row={row} />
      )}
    </>
  );
}

function KillButton({ object, row }: { object: FeatureFlag; row: FlagRow }): JSX.Element {
  const { key, flag, rules } = row;
  const off = useRef<string | undefined>(undefined);
  return (
    <ChangeButton
      object={object}
      label="Kill"
      tone="danger"
      onAsk={() => (off.current = rules?.offVariant)}
      question={`Turn ${key} off for all, at once?`}
      will={
        <>
          Whatever its state, targeting and schedule say, all programs get the variant below until the kill
          switch is released.
          <label class="field-line">
            <span>While it is off</span>
            <select
              onChange={({ currentTarget: { value } }) => {
                off.current = value === '' ? undefined : value;
              }}
            >
              {rules?.offVariant === undefined ? <option value="">{offText(undefined)}</option> : null}
              {Object.keys(flag.variants).map((name) => (
                <option key={name} value={name} selected={name === rules?.offVariant}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </>
      }
      change={() => killSwitchChange(key, true, off.current)}
      done={`${key} is off for all.`}
    />
  );
}
