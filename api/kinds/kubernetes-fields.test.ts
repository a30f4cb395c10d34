// Every struct is held against Kubernetes' own types: same field names, and what is missing is said to be missing.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'ava';
import ts from 'typescript';
import { requiredFields } from '../components.ts';
import { type JsonSchema, jsonSchemaOf } from '../json-schema.ts';
import { placeStructs } from '../reference-structs.ts';
import { kinds } from '../registry.ts';

const TYPES = dirname(createRequire(import.meta.url).resolve('kubernetes-types/package.json'));

/** Fields that came to Kubernetes after the version of the types. */
const NEWER = new Set([
  'Container.restartPolicyRules',
  'Lifecycle.stopSignal',
  'ContainerStatus.stopSignal',
  'DeploymentStatus.terminatingReplicas',
  'EnvVarSource.fileKeyRef',
  'LeaseSpec.preferredHolder',
  'LeaseSpec.strategy',
  'NodeStatus.declaredFeatures',
  'PodCondition.observedGeneration',
  'PodSecurityContext.seLinuxChangePolicy',
  'PodSpec.hostnameOverride',
  'PodSpec.workloadRef',
  'PodStatus.observedGeneration',
  'ReplicaSetStatus.terminatingReplicas',
  'VolumeProjection.podCertificate',
  'NodeStatus.features',
  'PodSpec.resources',
  'Volume.image',
  'PodSecurityContext.supplementalGroupsPolicy',
  'ContainerStatus.allocatedResourcesStatus',
  'ContainerStatus.user',
]);

/** Fields that Gantry demands and Kubernetes' types do not, since Kubernetes' validation demands them. */
const STRICTER = new Set([
  'Pod.spec',
  'DaemonSet.spec',
  'Deployment.spec',
  'ReplicaSet.spec',
  'CronJob.spec',
  'Job.spec',
  'PodTemplateSpec.spec',
  'Service.spec',
  'JobTemplateSpec.spec',
  'ReplicaSetSpec.template',
  'Container.image',
  'HostAlias.ip',
  'HostIP.ip',
  'PodIP.ip',
  'LocalObjectReference.name',
  'ConfigMapVolumeSource.name',
  'SecretVolumeSource.secretName',
  'ConfigMapEnvSource.name',
  'SecretEnvSource.name',
  'ConfigMapKeySelector.name',
  'SecretKeySelector.name',
  'ConfigMapProjection.name',
  'SecretProjection.name',
]);

/** Fields that take one value only: another one is left out and told of, so absence is allowed. */
const LENIENT = new Set(['PodOS.name', 'SeccompProfile.type']);

interface Field {
  required: boolean;
}

const interfaces = new Map<string, Map<string, Map<string, Field>>>();

function kubernetesFields(struct: string): Map<string, Field> | undefined {
  const match = /^io\.k8s\.(?:api\.|apimachinery\.pkg\.apis\.)([a-z]+)\.(v\d)\.(\w+)$/.exec(struct);
  if (match === null) return undefined;
  const [, group = '', version = '', name = ''] = match;
  const file = join(TYPES, group, `${version}.d.ts`);
  if (!interfaces.has(file)) interfaces.set(file, readInterfaces(file));
  return interfaces.get(file)?.get(name);
}

function readInterfaces(file: string): Map<string, Map<string, Field>> {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const found = new Map<string, Map<string, Field>>();
  for (const statement of source.statements) {
    if (!ts.isInterfaceDeclaration(statement)) continue;
    const fields = statement.members.filter(ts.isPropertySignature).map((member) => {
      const name = member.name.getText(source).replaceAll(/['"]/g, '');
      return [name, { required: member.questionToken === undefined }] as const;
    });
    found.set(statement.name.text, new Map(fields));
  }
  return found;
}

/** The types of Gateway API and Gantry's own are not among those of Kubernetes' package. */
const ELSEWHERE = /^(io\.k8s\.networking\.gateway|dev\.gantry)\./;

const structs: { name: string; schema: JsonSchema }[] = [
  ...kinds.map((kind) => ({ name: jsonSchemaOf(kind)['x-gantry-name'] ?? '', schema: jsonSchemaOf(kind) })),
  ...placeStructs(kinds),
].filter(({ name }) => !ELSEWHERE.test(name));
const short = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

test('every struct is one of Kubernetes', (t) => {
  const foreign = structs.filter(({ name }) => kubernetesFields(name) === undefined);
  t.deepEqual(
    foreign.map(({ name }) => name),
    [],
  );
});

test('every field is one of Kubernetes', (t) => {
  const foreign = structs.flatMap(({ name, schema }) => {
    const known = kubernetesFields(name);
    return [...Object.keys(schema.properties ?? {}), ...Object.keys(schema['x-gantry-not-yet'] ?? {})]
      .filter((field) => known?.has(field) === false)
      .map((field) => `${short(name)}.${field}`)
      .filter((path) => !NEWER.has(path));
  });
  t.deepEqual(foreign, []);
});

test('every field of Kubernetes is honoured or said not to be', (t) => {
  const silent = structs.flatMap(({ name, schema }) =>
    [...(kubernetesFields(name)?.keys() ?? [])]
      .filter((field) => schema.properties?.[field] === undefined)
      .filter((field) => schema['x-gantry-not-yet']?.[field] === undefined)
      .map((field) => `${short(name)}.${field}`),
  );
  t.deepEqual(silent, []);
});

test('what Kubernetes demands is demanded', (t) => {
  const lenient = structs.flatMap(({ name, schema }) => {
    const demanded = new Set(schema.required ?? []);
    return [...(kubernetesFields(name) ?? [])]
      .filter(
        ([field, { required }]) =>
          required && schema.properties?.[field] !== undefined && !demanded.has(field),
      )
      .map(([field]) => `${short(name)}.${field}`)
      .filter((path) => !LENIENT.has(path));
  });
  t.deepEqual(lenient, []);
});

test('nothing is demanded that Kubernetes leaves out', (t) => {
  const strict = structs.flatMap(({ name, schema }) => {
    const known = kubernetesFields(name);
    return requiredFields(schema)
      .filter((field) => known?.get(field)?.required === false)
      .map((field) => `${short(name)}.${field}`)
      .filter((path) => !STRICTER.has(path));
  });
  t.deepEqual(strict, []);
});
