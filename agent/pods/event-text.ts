// The Events that a reason is worth, in Kubernetes' words. Pure.
import { TRAFFIC_WAIT_MAX_MS } from './ending.ts';
import { backOffPodText } from './waiting-reason.ts';
import type { PodIdentity } from '../runtime/runtime.ts';
import type { Reason } from './reasons.ts';

/** An Event about a pod before it is addressed. */
export interface PodEventText {
  severity: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** The container it is about. */
  container?: string;
}

/** What the user is told when the reason comes up. */
export function eventsOf(pod: PodIdentity, reason: Reason): PodEventText[] {
  switch (reason.type) {
    case 'restart-back-off': {
      const { container } = reason;
      const message = `Back-off restarting failed container ${container} in pod ${backOffPodText(pod)}`;
      return [{ severity: 'Warning', reason: 'BackOff', message, container }];
    }
    case 'image-failed':
      return imageEvents(reason);
    case 'reference-missing':
    case 'start-failed': {
      const message = `Error: ${reason.message}`;
      return [{ severity: 'Warning', reason: 'Failed', message, container: reason.container }];
    }
    case 'resolv-conf-cut': {
      const message =
        reason.what === 'nameservers-cut'
          ? 'Nameserver limits were exceeded, some nameservers have been omitted'
          : 'Search Line limits were exceeded, some search paths have been omitted';
      return [{ severity: 'Warning', reason: 'DNSConfigForming', message }];
    }
    case 'volume-missing':
      return [
        {
          severity: 'Warning',
          reason: 'FailedMount',
          message: `MountVolume.SetUp failed: ${reason.message}`,
        },
      ];
    case 'step-failed':
      return stepEvents(reason);
    case 'out-of-memory': {
      const limit = reason.limit === '' ? '' : ` of ${reason.limit}`;
      const message = `Container ${reason.container} was killed for using more memory than its limit${limit} (exit code ${reason.exitCode})`;
      return [{ severity: 'Warning', reason: 'OOMKilled', message, container: reason.container }];
    }
    case 'sandbox-gone': {
      const message = 'Pod sandbox changed, it will be killed and re-created.';
      return [{ severity: 'Normal', reason: 'SandboxChanged', message }];
    }
    case 'traffic-goes-on': {
      const message = `Stopping after ${TRAFFIC_WAIT_MAX_MS / 1000} s although not all nodes have confirmed that they send no new connections here`;
      return [{ severity: 'Warning', reason: 'TrafficNotWithdrawn', message }];
    }
    case 'deadline-exceeded':
      return [{ severity: 'Normal', reason: 'DeadlineExceeded', message: reason.message }];
  }
}

/** Codes of failed pulls: the words of the Event, and the state that the container shows. */
const IMAGE_WORDS: Readonly<Record<string, { reason: string; state: string }>> = {
  'image-never-pull': { reason: 'ErrImageNeverPull', state: 'ErrImageNeverPull' },
  'invalid-image-name': { reason: 'InspectFailed', state: 'InvalidImageName' },
};

function imageEvents(reason: Reason & { type: 'image-failed' }): PodEventText[] {
  const { container, image, code, message } = reason;
  const words = IMAGE_WORDS[code] ?? { reason: 'Failed', state: 'ErrImagePull' };
  const told = IMAGE_WORDS[code] === undefined ? `Failed to pull image "${image}": ${message}` : message;
  const events: PodEventText[] = [
    { severity: 'Warning', reason: words.reason, message: told, container },
    { severity: 'Warning', reason: 'Failed', message: `Error: ${words.state}`, container },
  ];
  if (IMAGE_WORDS[code] !== undefined) return events;
  const backOff = `Back-off pulling image "${image}"`;
  return [...events, { severity: 'Normal', reason: 'BackOff', message: backOff, container }];
}

/** Steps whose failure the user can do something about; the others are for the log. */
function stepEvents(reason: Reason & { type: 'step-failed' }): PodEventText[] {
  const { subject, message } = reason;
  if (reason.code === 'network-not-ready')
    return [{ severity: 'Warning', reason: 'NetworkNotReady', message: `network is not ready: ${message}` }];
  if (subject === 'sandbox') {
    return [
      {
        severity: 'Warning',
        reason: 'FailedCreatePodSandBox',
        message: `Failed to create pod sandbox: ${message}`,
      },
    ];
  }
  if (subject === 'volumes') return [{ severity: 'Warning', reason: 'FailedMount', message }];
  const container = /^container:(.*)$/.exec(subject)?.[1];
  if (container !== undefined)
    return [{ severity: 'Warning', reason: 'Failed', message: `Error: ${message}`, container }];
  if (subject.startsWith('stop:')) return [{ severity: 'Warning', reason: 'FailedKillPod', message }];
  return [];
}
