// /openapi/v3: an index and one document a group version, made on first demand. /openapi/v2 only points there.
import { createOpenapiDocuments } from '@gantry/api/openapi';
import { unknownPath } from './error-answer.ts';
import type { Answer } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import { openapiV2 } from './openapi-v2.ts';
import type { PathHandler } from './path-routes.ts';
import { versionInfo } from './version.ts';

/** Adds the routes of OpenAPI. */
export function openapiRoutes(get: (path: string, handler: PathHandler) => void): void {
  const release = versionInfo()['gitVersion'] ?? '';
  const documents = createOpenapiDocuments(release);
  let index: object | undefined;
  const document = (key: string): Answer => {
    const text = documents.document(key);
    if (text === undefined) throw unknownPath();
    return { type: 'text', status: 200, contentType: 'application/json', text };
  };
  get('/openapi/v2', ({ headers }) => openapiV2(headers.accept, release));
  get('/openapi/v3', () => valueAnswer((index ??= documents.index())));
  get('/openapi/v3/api/:version', (_exchange, { version = '' }) => document(`api/${version}`));
  get('/openapi/v3/apis/:group/:version', (_exchange, { group = '', version = '' }) =>
    document(`apis/${group}/${version}`),
  );
}
