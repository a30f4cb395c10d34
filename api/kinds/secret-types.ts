// Which entries a Secret must have, by its type.
import { decodeBase64 } from '../base64.ts';
import type { Issue } from '../issue.ts';
import { invalidValue, required } from '../issues.ts';

interface SecretLike {
  type?: string;
  data?: Readonly<Record<string, string>>;
  metadata: { annotations?: Readonly<Record<string, string>> };
}

const ACCOUNT_ANNOTATION = 'kubernetes.io/service-account.name';

type TypeRule = (secret: SecretLike) => Issue[];

const needs =
  (...keys: string[]): TypeRule =>
  ({ data, type }) =>
    keys
      .filter((key) => data?.[key] === undefined)
      .map((key) => required(`data[${key}]`, `a secret of type ${type ?? ''} needs it`));

const needsJson =
  (key: string): TypeRule =>
  (secret) => {
    const encoded = secret.data?.[key];
    if (encoded === undefined) return needs(key)(secret);
    return isJsonObject(decodeBase64(encoded))
      ? []
      : [invalidValue(`data[${key}]`, '<secret contents redacted>', 'must be a JSON object')];
  };

const TYPE_RULES: Readonly<Record<string, TypeRule>> = {
  'kubernetes.io/dockerconfigjson': needsJson('.dockerconfigjson'),
  'kubernetes.io/dockercfg': needsJson('.dockercfg'),
  'kubernetes.io/tls': needs('tls.crt', 'tls.key'),
  'kubernetes.io/ssh-auth': needs('ssh-privatekey'),
  'kubernetes.io/basic-auth': ({ data }) =>
    data?.['username'] === undefined && data?.['password'] === undefined
      ? [required('data[username]', 'username or password is needed'), required('data[password]')]
      : [],
  'kubernetes.io/service-account-token': ({ metadata }) =>
    (metadata.annotations?.[ACCOUNT_ANNOTATION] ?? '') === ''
      ? [required(`metadata.annotations[${ACCOUNT_ANNOTATION}]`)]
      : [],
};

/** Issues of a secret's entries as its type demands them. */
export function secretTypeIssues(secret: SecretLike): Issue[] {
  const type = secret.type ?? '';
  return Object.hasOwn(TYPE_RULES, type) ? (TYPE_RULES[type]?.(secret) ?? []) : [];
}

function isJsonObject(text: string | undefined): boolean {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
