// Figures of the timeline.
import { Counter, type Registry } from 'prom-client';

/** Users' changes of which only the replica that made them knows who it was. */
export function createNotKept(registry: Registry): Counter<'cause'> {
  return new Counter({
    name: 'gantry_timeline_changes_not_kept_total',
    help: 'Changes of users that were not kept for the timeline beyond this replica, by cause.',
    labelNames: ['cause'],
    registers: [registry],
  });
}
