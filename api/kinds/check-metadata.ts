// What holds for the metadata of every object: names, labels, annotations, owners, finalizers.
import type { Issue } from '../issue.ts';
import { forbiddenField, invalidValue, required, tooLong } from '../issues.ts';
import type { ObjectMeta } from '../meta.ts';
import { dnsSubdomainProblem, labelValueProblem, qualifiedNameProblem, type TextRule } from '../names.ts';

const ANNOTATIONS_BYTES_MAX = 256 * 1024;

/** Issues of an object's own metadata; `nameRule` says what its kind's names look like. */
export function metadataIssues(metadata: ObjectMeta, nameRule: TextRule = dnsSubdomainProblem): Issue[] {
  return [
    ...nameIssues(metadata, nameRule),
    ...templateMetadataIssues(metadata, 'metadata'),
    ...ownerIssues(metadata),
    ...(metadata.finalizers ?? []).flatMap((name, index) =>
      textIssues(`metadata.finalizers[${index}]`, name, qualifiedNameProblem),
    ),
  ];
}

function nameIssues(metadata: ObjectMeta, nameRule: TextRule): Issue[] {
  if (metadata.name === undefined || metadata.name === '') {
    return [required('metadata.name', 'name or generateName is required')];
  }
  return textIssues('metadata.name', metadata.name, nameRule);
}

/** Issues of labels and annotations, also of a template. */
export function templateMetadataIssues(metadata: ObjectMeta | undefined, path: string): Issue[] {
  return [
    ...labelIssues(metadata?.labels, `${path}.labels`),
    ...annotationIssues(metadata?.annotations, `${path}.annotations`),
  ];
}

/** Issues of a map of labels. */
export function labelIssues(labels: Readonly<Record<string, string>> | undefined, path: string): Issue[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...textIssues(path, key, qualifiedNameProblem),
    ...textIssues(`${path}[${key}]`, value, labelValueProblem),
  ]);
}

function annotationIssues(annotations: Readonly<Record<string, string>> | undefined, path: string): Issue[] {
  const entries = Object.entries(annotations ?? {});
  const issues = entries.flatMap(([key]) =>
    textIssues(path, key, (text) => qualifiedNameProblem(text.toLowerCase())),
  );
  const bytes = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (bytes > ANNOTATIONS_BYTES_MAX) {
    issues.push(tooLong(path, `must have at most ${ANNOTATIONS_BYTES_MAX} bytes, has ${bytes}`));
  }
  return issues;
}

function ownerIssues(metadata: ObjectMeta): Issue[] {
  const owners = metadata.ownerReferences ?? [];
  const path = 'metadata.ownerReferences';
  const issues = owners.flatMap((owner, index) =>
    (['apiVersion', 'kind', 'name', 'uid'] as const)
      .filter((field) => owner[field] === '')
      .map((field) => required(`${path}[${index}].${field}`)),
  );
  if (owners.filter((owner) => owner.controller === true).length > 1) {
    issues.push(forbiddenField(path, 'only one reference can have controller set to true'));
  }
  return issues;
}

/** An issue when the text breaks the rule. */
export function textIssues(path: string, text: string, rule: TextRule): Issue[] {
  const problem = rule(text);
  return problem === undefined ? [] : [invalidValue(path, text, problem)];
}

/** Length in UTF-8. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7ff && (code < 0xd800 || code > 0xdfff)) bytes += 2;
    else if (code > 0x7f) bytes += 1;
  }
  return bytes;
}
