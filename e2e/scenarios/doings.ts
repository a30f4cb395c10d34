// What users do in scenarios, through the API alone.
import { evictionOf, planDrain } from '@gantry/api/drain-plan';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { keyOf, type AnyObject } from '@gantry/api/meta';
import { pathOf } from '@gantry/api/paths';
import { findKind } from '@gantry/api/registry';
import { statusErrorOf } from '@gantry/api/status-answer';
import { revisionsOf, revisionToUndo } from '@gantry/ctl/rollout/revisions';
import type { World } from './world.ts';

/** As `gantry apply`: makes or changes objects of the scenario's namespace, in their order. */
export async function apply(world: World, ...objects: readonly AnyObject[]): Promise<void> {
  for (const object of objects) {
    const definition = findKind(object.apiVersion, object.kind);
    if (definition === undefined) throw new Error(`there is no kind ${object.kind}`);
    const { name = '' } = object.metadata;
    const placed = { ...object, metadata: { ...object.metadata, namespace: world.namespace } };
    const options = { fieldManager: 'scenario', fieldValidation: 'Strict' } as const;
    await world.client.patch(definition, { namespace: world.namespace, name }, 'apply', placed, options);
  }
}

/** As `gantry patch`, on a Deployment. */
export async function patchDeployment(world: World, name: string, spec: object): Promise<void> {
  await world.client.patch(deploymentKind, { namespace: world.namespace, name }, 'merge', { spec });
}

/** As `gantry rollout undo`. */
export async function undoRollout(world: World, name: string): Promise<void> {
  const key = { namespace: world.namespace, name };
  const deployment = await world.client.get<Deployment>(deploymentKind, key);
  const { template } = revisionToUndo(await revisionsOf(world, deployment), undefined);
  const patch = [{ op: 'replace', path: '/spec/template', value: template }];
  await world.client.patch(deploymentKind, key, 'json', patch);
}

/** As `gantry cordon` and `gantry uncordon`. */
export async function cordon(world: World, node: string, unschedulable: boolean): Promise<void> {
  const key = { namespace: '', name: node };
  await world.client.patch(nodeKind, key, 'merge', { spec: { unschedulable } });
}

/** As `gantry drain`, which then waits for the pods' end. */
export async function drain(world: World, node: string): Promise<void> {
  await cordon(world, node, true);
  const { client, namespace } = world;
  const { items } = await client.list<Pod>(podKind, { namespace, fieldSelector: `spec.nodeName=${node}` });
  for (const pod of planDrain(items, { ignoreDaemonsets: true }).leaving) await evict(world, pod);
}

async function evict({ client }: World, pod: Pod): Promise<void> {
  const { namespace = '', name = '' } = keyOf(pod);
  const answer = await client.raw({
    method: 'POST',
    path: pathOf(podKind, { namespace, name }, 'eviction'),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(evictionOf(pod)),
  });
  if (answer.status >= 300) throw await statusErrorOf(answer);
  for await (const _chunk of answer.body);
}
