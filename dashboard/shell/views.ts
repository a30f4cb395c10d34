// The views: one table of addresses, names and pieces to load. The navigation and the search are made from it.
import type { ComponentType } from 'preact';
import type { ResourceWord } from '../request/resource-paths.ts';
import Overview from '../views/overview/overview.tsx';

/** What a view is given. */
export interface ViewArguments {
  /** Undefined for the list. `-` in the address, for objects without one, is undefined too. */
  namespace?: string;
  name?: string;
}

/** One view, or the two for a list and its objects. */
export interface ViewEntry {
  /** First part of the address; '' is the start. */
  word: string;
  title: string;
  /** Heading in the navigation; views without one are reached by links only. */
  group?: 'Release' | 'Run' | 'Network' | 'Configure' | 'Observe';
  /** Whether it is offered only to who may list this. */
  needs?: ResourceWord;
  load: () => Promise<{ default: ComponentType<ViewArguments> }>;
}

export const VIEWS: readonly ViewEntry[] = [
  // The page is mostly opened here: with the page itself, so that nothing is asked for one after the other.
  { word: '', title: 'Overview', load: () => Promise.resolve({ default: Overview }) },
  {
    ...{ word: 'rollouts', title: 'Rollouts', group: 'Release', needs: 'rollouts' },
    load: () => import('../views/rollouts/rollouts.tsx'),
  },
  {
    ...{ word: 'featureflags', title: 'Feature flags', group: 'Release', needs: 'featureflags' },
    load: () => import('../views/featureflags/feature-flags.tsx'),
  },
  {
    ...{ word: 'workloads', title: 'Workloads', group: 'Run', needs: 'deployments' },
    load: () => import('../views/workloads/workloads.tsx'),
  },
  {
    ...{ word: 'deployments', title: 'Deployments' },
    load: () => import('../views/workloads/deployments.tsx'),
  },
  {
    ...{ word: 'daemonsets', title: 'DaemonSets' },
    load: () => import('../views/workloads/daemon-sets.tsx'),
  },
  {
    ...{ word: 'replicasets', title: 'ReplicaSets' },
    load: () => import('../views/workloads/replica-sets.tsx'),
  },
  {
    ...{ word: 'pods', title: 'Pods', group: 'Run', needs: 'pods' },
    load: () => import('../views/pods/pods.tsx'),
  },
  {
    ...{ word: 'jobs', title: 'Jobs', group: 'Run', needs: 'jobs' },
    load: () => import('../views/jobs/jobs.tsx'),
  },
  { word: 'cronjobs', title: 'CronJobs', load: () => import('../views/jobs/cron-jobs.tsx') },
  {
    ...{ word: 'nodes', title: 'Nodes', group: 'Run', needs: 'nodes' },
    load: () => import('../views/nodes/nodes.tsx'),
  },
  {
    ...{ word: 'services', title: 'Services', group: 'Network', needs: 'services' },
    load: () => import('../views/services/services.tsx'),
  },
  {
    ...{ word: 'gateways', title: 'Gateways', group: 'Network', needs: 'gateways' },
    load: () => import('../views/routes/gateways.tsx'),
  },
  {
    ...{ word: 'httproutes', title: 'HTTP routes', group: 'Network', needs: 'httproutes' },
    load: () => import('../views/routes/http-routes.tsx'),
  },
  {
    ...{ word: 'ingresses', title: 'Ingresses', group: 'Network', needs: 'ingresses' },
    load: () => import('../views/routes/ingresses.tsx'),
  },
  {
    ...{ word: 'trafficsplits', title: 'Traffic splits', group: 'Network', needs: 'trafficsplits' },
    load: () => import('../views/routes/traffic-splits.tsx'),
  },
  {
    ...{ word: 'configmaps', title: 'ConfigMaps', group: 'Configure', needs: 'configmaps' },
    load: () => import('../views/config/config-maps.tsx'),
  },
  {
    ...{ word: 'secrets', title: 'Secrets', group: 'Configure', needs: 'secrets' },
    load: () => import('../views/config/secrets.tsx'),
  },
  {
    ...{ word: 'create', title: 'Create from YAML', group: 'Configure' },
    load: () => import('../views/create/create.tsx'),
  },
  {
    ...{ word: 'events', title: 'Events', group: 'Observe', needs: 'events' },
    load: () => import('../views/events/events.tsx'),
  },
  {
    ...{ word: 'timeline', title: 'Timeline', group: 'Observe' },
    load: () => import('../views/timeline/timeline.tsx'),
  },
];
