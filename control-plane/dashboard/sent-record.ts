// The small JSON bodies of the dashboard's own paths.
import { badRequest } from '@gantry/api/status-error';

/** Longest body of these paths: tokens and names. */
export const DASHBOARD_BODY_BYTES_MAX = 16 * 1024;

/** The texts under these names in a JSON object. @throws StatusError 400 when one is missing. */
export function sentTexts<Name extends string>(
  body: Buffer,
  ...names: readonly Name[]
): Record<Name, string> {
  const value = parsed(body);
  const texts = names.map((name) => {
    const text = value[name];
    if (typeof text === 'string' && text !== '') return [name, text] as const;
    throw badRequest(`${name}: must be a text`);
  });
  return Object.fromEntries(texts) as Record<Name, string>;
}

function parsed(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Answered below like any other body that is no object.
  }
  throw badRequest('the body must be a JSON object');
}
