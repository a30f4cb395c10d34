// The versions of a rollout: their ReplicaSets and pods.
import { readyText } from '@gantry/api/kinds/pod/pod-columns';
import { versionsOf, type Picture, type Version } from '@gantry/api/rollout/picture';
import type { JSX } from 'preact';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Card, Empty } from '../../parts/card.tsx';
import { isReady, podStatus } from '../../parts/pod-words.ts';
import { objectHref } from '../../shell/route.ts';
import { Trials } from './trial-panel.tsx';

/** Pods listed of one version; the rest is behind its link. */
const PODS_MAX = 30;

/** The card: those that have pods or a role, then the older ones in one line each. */
export function VersionsPanel({ picture }: { picture: Picture }): JSX.Element {
  const versions = versionsOf(picture);
  const isLive = ({ roles, pods, replicaSet }: Version): boolean =>
    roles.length > 0 || pods.length > 0 || (replicaSet.spec.replicas ?? 1) > 0;
  const live = versions.filter(isLive);
  const old = versions.filter((version) => !isLive(version));
  return (
    <Card title="Versions">
      {versions.length === 0 ? <Empty>There is no version yet.</Empty> : null}
      {live.map((version) => (
        <LiveVersion key={version.name} version={version} />
      ))}
      {old.length === 0 ? null : (
        <details>
          <summary>
            {old.length} older {old.length === 1 ? 'revision' : 'revisions'} without pods
          </summary>
          <ul>
            {old.map(({ revision, name, images }) => (
              <li key={name}>
                revision {revision}: {images.join(', ')} <span class="quiet">{name}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}

function LiveVersion({ version }: { version: Version }): JSX.Element {
  const { revision, roles, images, replicaSet, pods, experiments, keepsUntil, name } = version;
  const size = replicaSet.spec.replicas ?? 1;
  const ready = replicaSet.status?.readyReplicas ?? 0;
  return (
    <section class="version" aria-label={`Revision ${revision}`}>
      <h3>
        Revision {revision}{' '}
        {roles.map((role) => (
          <Badge key={role} tone={role === 'stable' || role === 'active' ? 'good' : 'busy'}>
            {role}
          </Badge>
        ))}{' '}
        <span class="quiet">
          {ready}/{size} ready · {images.join(', ')} ·{' '}
          <a href={objectHref('replicasets', replicaSet.metadata.namespace, name)}>{name}</a>
        </span>
      </h3>
      {keepsUntil === undefined || size === 0 ? null : (
        <p class="quiet">Keeps its pods until {new Date(keepsUntil).toLocaleTimeString()}.</p>
      )}
      <ul class="pod-chips">
        {pods.slice(0, PODS_MAX).map((pod) => {
          const word = podStatus(pod);
          return (
            <li key={pod.metadata.uid}>
              <a href={objectHref('pods', pod.metadata.namespace, pod.metadata.name ?? '')}>
                {pod.metadata.name}
              </a>{' '}
              <Badge
                tone={
                  word === 'Running'
                    ? isReady(pod)
                      ? 'good'
                      : 'warn'
                    : word === 'Terminating'
                      ? 'quiet'
                      : 'busy'
                }
              >
                {word}
              </Badge>{' '}
              <span class="quiet">
                {readyText(pod)} · {pod.spec.nodeName ?? 'no node yet'} ·{' '}
                <Age since={pod.metadata.creationTimestamp} />
              </span>
            </li>
          );
        })}
      </ul>
      <Trials trials={experiments} />
      {pods.length > PODS_MAX ? <p class="quiet">and {pods.length - PODS_MAX} more</p> : null}
    </section>
  );
}
