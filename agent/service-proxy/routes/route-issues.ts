// Why a part of a Gateway, route or Ingress is not done on a node, as a sentence for its operator.

export type RouteIssue =
  | { type: 'listener-out'; key: string; message: string }
  | { type: 'port-held'; key: string; port: number; by: string }
  | { type: 'bad-certificate'; key: string; message: string }
  | { type: 'bad-object'; key: string; message: string }
  | { type: 'entries-surplus'; key: string }
  | { type: 'split-surplus'; key: string; by: string }
  | { type: 'split-backend-missing'; key: string; backend: string }
  | { type: 'sticky-unavailable'; key: string }
  | { type: 'mirror-unavailable'; key: string };

/** One sentence. */
export function describeRouteIssue(issue: RouteIssue): string {
  switch (issue.type) {
    case 'listener-out':
      return `${issue.key}: ${issue.message}`;
    case 'port-held':
      return `${issue.key}: port ${issue.port} is held by ${issue.by}`;
    case 'bad-certificate':
      return `${issue.key}: ${issue.message}`;
    case 'bad-object':
      return `${issue.key} is passed over: ${issue.message}`;
    case 'entries-surplus':
      return `${issue.key}: its matches are more than a proxy takes`;
    case 'split-surplus':
      return `${issue.key} is passed over: ${issue.by} splits the same Service and is older`;
    case 'split-backend-missing':
      return `${issue.key}: there is no ${issue.backend}; its share goes to the others`;
    case 'sticky-unavailable':
      return `${issue.key}: users go to the sides by turns, because this HAProxy has no Lua`;
    case 'mirror-unavailable':
      return `${issue.key}: no requests are copied, because this HAProxy has no Lua`;
  }
}
