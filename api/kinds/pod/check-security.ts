// What holds for security settings of a container together with those of its pod.
import type { Issue } from '../../issue.ts';
import { invalidValue } from '../../issues.ts';
import type { PodSecurityContext, SecurityContext } from './security.ts';

/** Issues of a container's settings. */
export function securityIssues(
  own: SecurityContext | undefined,
  pod: PodSecurityContext | undefined,
  path: string,
): Issue[] {
  const issues: Issue[] = [];
  const user = own?.runAsUser ?? pod?.runAsUser;
  if ((own?.runAsNonRoot ?? pod?.runAsNonRoot) === true && (user === undefined || user === 0)) {
    const why = 'needs a `runAsUser` other than 0: Gantry does not look up the user that the image names';
    issues.push(invalidValue(`${path}.runAsNonRoot`, true, why));
  }
  if (own?.allowPrivilegeEscalation === false) {
    const at = `${path}.allowPrivilegeEscalation`;
    if (own.privileged === true) {
      issues.push(invalidValue(at, false, 'cannot be false when `privileged` is true'));
    }
    if ((own.capabilities?.add ?? []).includes('CAP_SYS_ADMIN')) {
      issues.push(invalidValue(at, false, 'cannot be false when `capabilities.add` has CAP_SYS_ADMIN'));
    }
  }
  return issues;
}
