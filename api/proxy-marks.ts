// Labels and annotations by which Services, their endpoints and the proxies of nodes find one another.

/** On an EndpointSlice: the name of its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** On the Lease of a node: all changes of EndpointSlices up to this revision are in its service proxy. */
export const PROXY_REVISION_ANNOTATION = 'gantry.dev/proxy-revision';

/**
 * On the Lease of a node: requests that were under way there to what was taken out of EndpointSlices up to this revision have ended, or
 * had their time. Absent: as far as {@link PROXY_REVISION_ANNOTATION}.
 */
export const DRAINED_REVISION_ANNOTATION = 'gantry.dev/drained-revision';

/**
 * On the Lease of a node: new requests are treated by all changes of TrafficSplits up to this revision. `0` and absent:
 * by none that anybody could wait for.
 */
export const SPLIT_REVISION_ANNOTATION = 'gantry.dev/split-revision';
