// Objects as YAML that every reader understands alike: texts such as "n", "yes" or "0755" are quoted, since manifests
// are read by YAML 1.1 readers too. Pure.
import { stringify } from 'yaml';

/** The value as YAML, ended by a line break. */
export function yamlText(value: unknown, options: { sorted?: boolean } = {}): string {
  return stringify(value, { lineWidth: 0, version: '1.1', sortMapEntries: options.sorted ?? false });
}
