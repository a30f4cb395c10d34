// What the objects of an Experiment's template are called. The names follow from the Experiment, so that making them twice
// makes one; they end in the hash by which proxies tell whose pod answered. Pure.
import type { ExperimentTemplate } from '@gantry/api/kinds/experiment/spec';
import { contentHash } from '../content-hash.ts';

/** Pods are named after the first 57 characters of their ReplicaSet, and the hash has to be among them. */
const NAME_MAX = 57;

/** Told from every other version's: also from that of the Rollout whose template it may be. */
export function templateHash(experiment = '', { name, metadata, template }: ExperimentTemplate): string {
  return contentHash([experiment, name, metadata ?? {}, template]);
}

/** `<experiment>-<template>-<hash>`, cut before the hash where it is too long. */
export function replicaSetName(experiment = '', template: ExperimentTemplate): string {
  const hash = templateHash(experiment, template);
  const words = `${experiment}-${template.name}`.replaceAll('.', '-');
  return `${words.slice(0, NAME_MAX - hash.length - 1).replace(/-+$/, '')}-${hash}`;
}

/** As it is given, else that of the ReplicaSet, which has to begin with a letter; undefined where there is to be none. */
export function serviceName(experiment = '', template: ExperimentTemplate): string | undefined {
  if (template.service === undefined) return undefined;
  const { name = replicaSetName(experiment, template) } = template.service;
  return /^[0-9]/.test(name) ? `e${name.slice(1)}` : name;
}
