// Who reports an Event; the same in both of its forms.
import { optional, struct, text } from '../schema.ts';

export const EventSource = struct('io.k8s.api.core.v1.EventSource', 'Who reports.', {
  component: optional(text('The part of the system.')),
  host: optional(text('The node on which it runs.')),
});
