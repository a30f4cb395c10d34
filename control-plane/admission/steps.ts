// The one list of admission steps, in the order in which they run.
import { serviceUpdate } from '../addresses/service-update.ts';
import type { AdmissionStep } from './admission.ts';
import { flagOwners } from './flag-owners.ts';
import { defaultServiceAccount, defaultTolerations } from './pod-defaults.ts';
import { onePriorityDefault, podPriority, protectedPriorityClasses } from './pod-priority.ts';
import { protectedNamespaces } from './protected-namespaces.ts';

/** Every control plane runs these. */
export const admissionSteps: readonly AdmissionStep[] = [
  protectedNamespaces,
  protectedPriorityClasses,
  onePriorityDefault,
  defaultServiceAccount,
  podPriority,
  defaultTolerations,
  serviceUpdate,
  flagOwners,
];
