// A node that falls silent and is deleted: what is said of it and of its pods is what is known, and no more.
import test from 'ava';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { waitFor } from '../cluster/local-world.ts';
import { act } from './ask.ts';
import { openBrowserStage, type BrowserStage } from './browser-stage.ts';
import { toyPod } from './toy-objects.ts';

let stage: BrowserStage;

test.before(async () => {
  stage = await openBrowserStage({ nodes: ['north', 'south'] });
  const { spec, ...pod } = toyPod('stays') as { spec: object };
  // It is not moved elsewhere: what becomes of it is looked at.
  const pinned = { ...spec, nodeName: 'south', tolerations: [{ operator: 'Exists' }] };
  await stage.make('default', { ...pod, spec: pinned });
  await waitFor('the pod to run', async () => {
    const found = await stage.client.get<Pod>(podKind, { namespace: 'default', name: 'stays' });
    return found.status?.phase === 'Running';
  });
});
test.after.always(() => stage?.close());

test.serial('a node falls silent, and is deleted', async (t) => {
  await stage.visit(t, {}, async ({ page, guard, open }) => {
    guard.allow(/status of 503|WebSocket connection to .*\/exec/);
    await stage.cluster.loseNode('south');
    const wrong = page.getByRole('region', { name: 'What is wrong right now' });
    await wrong.getByText('The agent stopped posting node status.').waitFor();
    await wrong.getByText('the node of the pod is not heard').waitFor();
    // What is asked for on a lost node is not held against what the others have.
    const capacity = page.getByRole('region', { name: 'Nodes and capacity' });
    t.regex(await capacity.innerText(), /1\/2\s+Pods\s+0\s/);

    await open('pods');
    await page
      .getByRole('row', { name: /^stays/ })
      .getByText('Node lost')
      .waitFor();
    await open('pods/default/stays');
    await page.getByText('node south is not heard: nobody knows how the containers are').waitFor();
    await page.getByText('when its node was heard last').waitFor();
    t.is(await page.locator('main').getByText('Running', { exact: true }).count(), 0);
    await open('pods/default/stays?tab=log');
    await page.getByText('It cannot be read: node "south" is not connected right now').waitFor();
    await open('pods/default/stays?tab=terminal');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('or its node may not be connected').waitFor();

    await open('nodes/-/south');
    await page.getByText('the node counts as lost until its agent is heard again').waitFor();
    await act(page, 'Delete');
    await page.getByText('There is no Node of this name, or no longer.').waitFor();
    await open('pods/default/stays');
    await page.getByText(/node south is missing; the pod is removed in/).waitFor();
  });
});
