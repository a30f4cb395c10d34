// The fields that merge, held against a table of their own: a slip here makes `kubectl apply` lose items.
import test from 'ava';
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts';
import { placeStructs } from './reference-structs.ts';
import { kinds } from './registry.ts';

/** Struct, field, patch strategy, patch merge key, list type, list map keys. */
const ROWS = `
DaemonSetStatus conditions merge type map type
DeploymentSpec strategy retainKeys - - -
DeploymentStatus conditions merge type map type
ReplicaSetStatus conditions merge type map type
Endpoint addresses - - set -
ServiceSpec ports merge port map port,protocol
ServiceStatus conditions merge type map type
FlagRules prerequisites - - map flag
GatewayClassStatus conditions - - map type
GatewaySpec listeners - - map name
GatewayStatus conditions - - map type
GatewayStatus listeners - - map name
ListenerStatus conditions - - map type
RolloutStatus conditions merge type map type
RouteParentStatus conditions - - map type
HTTPHeaderFilter add - - map name
HTTPHeaderFilter remove - - set -
HTTPHeaderFilter set - - map name
HTTPRouteMatch headers - - map name
HTTPRouteMatch queryParams - - map name
AnalysisRunSpec args merge name map name
AnalysisRunSpec dryRun merge metricName map metricName
AnalysisRunSpec measurementRetention merge metricName map metricName
AnalysisRunSpec metrics merge name map name
AnalysisTemplateSpec args merge name map name
AnalysisTemplateSpec dryRun merge metricName map metricName
AnalysisTemplateSpec measurementRetention merge metricName map metricName
AnalysisTemplateSpec metrics merge name map name
AnalysisTemplateSpec templates merge templateName map templateName
ExperimentAnalysisTemplateRef args merge name map name
ExperimentSpec analyses merge name map name
ExperimentSpec dryRun merge metricName map metricName
ExperimentSpec measurementRetention merge metricName map metricName
ExperimentSpec templates merge name map name
ExperimentStatus analysisRuns merge name map name
ExperimentStatus conditions merge type map type
ExperimentStatus templateStatuses merge name map name
JobStatus conditions merge type atomic -
UncountedTerminatedPods failed - - set -
UncountedTerminatedPods succeeded - - set -
Container env merge name map name
Container ports merge containerPort map containerPort,protocol
Container volumeMounts merge mountPath map mountPath
NamespaceStatus conditions merge type map type
NodeSpec podCIDRs merge - set -
NodeStatus addresses merge type map type
NodeStatus conditions merge type map type
PodSpec containers merge name map name
PodSpec hostAliases merge ip map ip
PodSpec imagePullSecrets merge name map name
PodSpec initContainers merge name map name
PodSpec schedulingGates merge name map name
PodSpec topologySpreadConstraints merge topologyKey map topologyKey,whenUnsatisfiable
PodSpec volumes merge,retainKeys name map name
PodStatus conditions merge type map type
PodStatus hostIPs merge ip atomic -
PodStatus podIPs merge ip map ip
ServiceAccount secrets merge name map name
ObjectMeta finalizers merge - set -
ObjectMeta ownerReferences merge uid map uid
`;

const KEYWORDS = [
  'x-kubernetes-patch-strategy',
  'x-kubernetes-patch-merge-key',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
] as const;

function merging(): string[] {
  const structs = [
    ...kinds.map((kind) => ({ name: kind.kind, schema: jsonSchemaOf(kind) })),
    ...placeStructs(kinds),
  ];
  return structs.flatMap(({ name, schema }) =>
    Object.entries(schema.properties ?? {})
      .filter(([, field]) => isMerging(field))
      .map(([field, keywords]) => {
        const cells = KEYWORDS.map((keyword) => String(keywords[keyword] ?? '-'));
        return [name.slice(name.lastIndexOf('.') + 1), field, ...cells].join(' ');
      }),
  );
}

function isMerging(field: JsonSchema): boolean {
  const type = field['x-kubernetes-list-type'] ?? 'atomic';
  return type !== 'atomic' || field['x-kubernetes-patch-strategy'] !== undefined;
}

test('exactly these fields merge, by these keys', (t) => {
  t.deepEqual(merging().sort(), ROWS.trim().split('\n').sort());
});
