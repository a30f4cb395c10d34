// `gantry events`: what happened, oldest first; of one object with --for; as it comes with -w.
import type { Command } from 'commander';
import { formatAge } from '@gantry/api/duration';
import { eventKind, type Event } from '@gantry/api/kinds/event';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { alignColumns, alignRow, columnWidths } from '../print/aligned.ts';
import { parseResourceArguments } from '../resource-arguments.ts';

interface Flags {
  allNamespaces?: boolean;
  for?: string;
  types?: string;
  watch?: boolean;
}

const HEAD = ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];

export function registerEvents(program: Command, context: CommandContext): void {
  program
    .command('events')
    .description('Show what happened: events --for pod/web-1')
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('--for <object>', 'of one object, KIND/NAME')
    .option('--types <types>', 'only these: Normal, Warning')
    .option('-w, --watch', 'go on and show new ones')
    .action(async (flags: Flags) => {
      const connection = await context.connect();
      const namespace = flags.allNamespaces === true ? '' : connection.namespace;
      const fieldSelector = flags.for === undefined ? {} : { fieldSelector: selectorFor(flags.for) };
      const { items, resourceVersion } = await connection.client.list<Event>(eventKind, {
        namespace,
        ...fieldSelector,
      });
      const wanted = (event: Event): boolean =>
        flags.types === undefined || flags.types.split(',').includes(event.type ?? '');
      const nowMs = context.clock.nowMs();
      const rows = items
        .filter(wanted)
        .toSorted((a, b) => lastSeenMs(a) - lastSeenMs(b))
        .map((event) => rowOf(event, nowMs));
      if (rows.length === 0 && flags.watch !== true) {
        context.io.err(
          namespace === '' ? 'No events found.\n' : `No events found in namespace ${namespace}.\n`,
        );
        return;
      }
      context.io.out(alignColumns([HEAD, ...rows]));
      if (flags.watch !== true) return;
      const widths = columnWidths([HEAD, ...rows]);
      const options = { namespace, ...fieldSelector, resourceVersion, signal: context.signal };
      for await (const { type, object } of connection.client.watch<Event>(eventKind, options)) {
        if (type === 'BOOKMARK' || type === 'DELETED' || !wanted(object)) continue;
        context.io.out(`${alignRow(rowOf(object, context.clock.nowMs()), widths)}\n`);
      }
    });
}

function selectorFor(text: string): string {
  const [argument] = parseResourceArguments([text]);
  const [name] = argument?.names ?? [];
  if (argument === undefined || name === undefined)
    throw new CliError('--for must be KIND/NAME.', { exitCode: EXIT.usage });
  return `involvedObject.kind=${argument.definition.kind},involvedObject.name=${name}`;
}

function lastSeenMs(event: Event): number {
  return Date.parse(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '');
}

function rowOf(event: Event, nowMs: number): string[] {
  const times = (event.count ?? 1) > 1 ? ` (x${event.count})` : '';
  const object = `${(event.involvedObject.kind ?? '').toLowerCase()}/${event.involvedObject.name ?? ''}`;
  return [
    `${formatAge(nowMs - lastSeenMs(event))}${times}`,
    event.type ?? '',
    event.reason ?? '',
    object,
    event.message ?? '',
  ];
}
