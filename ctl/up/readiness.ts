// Questions that `up` asks until the answer is yes.
import { existsSync } from 'node:fs';
import { nodeKind } from '@gantry/api/kinds/node';
import { connectWithKubeconfig, type Connection } from '../connect.ts';
import type { Home } from '../home.ts';

const ASK_TIMEOUT_MS = 3000;

/** Whether the control plane has written its kubeconfig and answers /readyz. */
export async function answersReady(home: Home): Promise<boolean> {
  if (!existsSync(home.kubeconfig)) return false;
  const connection = await connectWithKubeconfig(home.kubeconfig);
  try {
    const answer = await connection.client.raw({ method: 'GET', path: '/readyz', timeoutMs: ASK_TIMEOUT_MS });
    for await (const _chunk of answer.body);
    return answer.status === 200;
  } finally {
    await connection.close();
  }
}

/** Whether the node has registered and says that it is ready. */
export async function nodeIsReady(connection: Connection, name: string): Promise<boolean> {
  const node = await connection.client.get(
    nodeKind,
    { namespace: '', name },
    AbortSignal.timeout(ASK_TIMEOUT_MS),
  );
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}
