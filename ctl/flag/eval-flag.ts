// `gantry flag eval`: asks the control plane over OFREP, like every OpenFeature SDK.
import type { FlagType } from '@gantry/api/flags/evaluate-flag';
import { readText } from '@gantry/api/answer-body';
import { statusErrorOf } from '@gantry/api/status-answer';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { alignColumns } from '../print/aligned.ts';
import { dataFormatOf, dataText } from '../print/data-text.ts';
import { evalContextFrom } from './eval-context.ts';
import { valueText } from './flag-table.ts';

/** The options as they were typed. */
export interface EvalFlags {
  output?: string;
  type?: string;
}

/** What OFREP says of one flag. */
interface Evaluated {
  key: string;
  value?: unknown;
  variant?: string;
  reason?: string;
  errorCode?: string;
  errorDetails?: string;
}

const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** Statuses whose bodies are OFREP's own. */
const OWN_STATUSES = [200, 400, 404];

/** Evaluates one flag, or all of the namespace. */
export async function evalFlag(
  context: CommandContext,
  key: string | undefined,
  attributes: readonly string[],
  { output, type }: EvalFlags,
): Promise<void> {
  const format = dataFormatOf(output);
  const expected = typeOf(type, key);
  const evalContext = evalContextFrom(attributes);
  const connection = await context.connect();
  const body = await evaluated(connection, key, evalContext);
  const flags = 'flags' in body ? body.flags : [body];
  if (key !== undefined) refuseFailure(flags[0], key);
  if (expected !== undefined) refuseOtherType(flags[0], expected);
  if (format !== undefined) context.io.out(dataText(format, body));
  else if (flags.length > 0) context.io.out(`${alignColumns(rowsOf(flags))}${failuresText(flags)}`);
  else context.io.err(`No flags found in namespace ${connection.namespace}.\n`);
}

async function evaluated(
  { client, namespace }: Connection,
  key: string | undefined,
  evalContext: object,
): Promise<Evaluated | { flags: Evaluated[] }> {
  const root = `/namespaces/${encodeURIComponent(namespace)}/ofrep/v1/evaluate/flags`;
  const answer = await client.raw({
    method: 'POST',
    path: key === undefined ? root : `${root}/${encodeURIComponent(key)}`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ context: evalContext }),
  });
  if (!OWN_STATUSES.includes(answer.status)) throw await statusErrorOf(answer);
  return JSON.parse(await readText(answer.body, ANSWER_BYTES_MAX)) as Evaluated | { flags: Evaluated[] };
}

/** One flag that cannot be evaluated is a failure; among all it is a row. */
function refuseFailure(flag: Evaluated | undefined, key: string): void {
  if (flag?.errorCode === undefined) return;
  const isAbsent = flag.errorCode === 'FLAG_NOT_FOUND';
  const nextStep = isAbsent
    ? 'gantry flag list shows the flags of the namespace; -n NAMESPACE names another one.'
    : flag.errorCode === 'TARGETING_KEY_MISSING'
      ? 'Say for whom: --context targetingKey=anna'
      : `gantry flag list shows in which FeatureFlag it is; gantry flag get NAME ${key} shows its targeting.`;
  throw new CliError(`${flag.errorCode}: ${flag.errorDetails ?? 'no details'}`, {
    exitCode: isAbsent ? EXIT.notFound : EXIT.invalid,
    nextStep,
  });
}

function rowsOf(flags: readonly Evaluated[]): string[][] {
  const rows = flags.map(({ key, value, variant, reason, errorCode }) => [
    ...[key, valueText(value), variant ?? '<none>'],
    errorCode ?? reason ?? '',
  ]);
  return [['KEY', 'VALUE', 'VARIANT', 'REASON'], ...rows];
}

/** What the words of the table leave open. */
function failuresText(flags: readonly Evaluated[]): string {
  return flags.map(({ errorDetails }) => (errorDetails === undefined ? '' : `${errorDetails}\n`)).join('');
}

const TYPES = ['boolean', 'string', 'number', 'object'] as const;

/** @throws CliError for a type that OpenFeature does not have, and for a type of all flags. */
function typeOf(type: string | undefined, key: string | undefined): FlagType | undefined {
  if (type === undefined) return undefined;
  const found = TYPES.find((one) => one === type);
  if (found !== undefined && key !== undefined) return found;
  throw new CliError(found === undefined ? `--type ${type} is not known.` : '--type needs a flag.', {
    exitCode: EXIT.usage,
    nextStep: `Use one of ${TYPES.join(', ')}, and name the flag: flag eval checkout --type boolean`,
  });
}

/** OFREP asks for no type: programs find out, by OpenFeature's rules, when they read the value. */
function refuseOtherType(flag: Evaluated | undefined, type: FlagType): void {
  if (flag?.variant === undefined || typeof flag.value === type) return;
  refuseFailure(
    {
      key: flag.key,
      errorCode: 'TYPE_MISMATCH',
      errorDetails: `flag "${flag.key}" is of type ${typeof flag.value}, not ${type}`,
    },
    flag.key,
  );
}
