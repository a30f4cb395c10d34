// /api and /apis in both forms: aggregated for those who ask for it, legacy for the rest.
import { aggregatedDiscovery } from './discovery-aggregated.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './discovery-legacy.ts';
import { unknownPath } from './error-answer.ts';
import type { Answer, Exchange } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import { SCRAPE_TARGET_PATHS } from './scrape-targets.ts';
import type { PathHandler } from './path-routes.ts';
import type { ServedVersion } from './served-resources.ts';

/** Adds the routes of discovery. */
export function discoveryRoutes(
  get: (path: string, handler: PathHandler) => void,
  versions: readonly ServedVersion[],
): void {
  const core = versions.filter(({ group }) => group === '');
  const groups = versions.filter(({ group }) => group !== '');
  const list = (group: string, version: string): Answer => found(apiResourceList(group, version, versions));
  get('/', () => valueAnswer({ paths: rootPaths(versions) }));
  get('/api', (exchange) => either(exchange, core, () => apiVersions(exchange.headers.host ?? '')));
  get('/apis', (exchange) => either(exchange, groups, () => apiGroupList(groups)));
  get('/api/:version', (_exchange, { version = '' }) => list('', version));
  get('/apis/:group', (_exchange, { group = '' }) => found(apiGroup(group, groups)));
  get('/apis/:group/:version', (_exchange, { group = '', version = '' }) => list(group, version));
}

/** What there is, for who looks at the root. */
function rootPaths(versions: readonly ServedVersion[]): string[] {
  const groups = versions.flatMap(({ group, version }) =>
    group === '' ? [`/api/${version}`] : [`/apis/${group}`, `/apis/${group}/${version}`],
  );
  const fixed = [
    '/api',
    '/apis',
    '/healthz',
    '/livez',
    '/metrics',
    '/openapi/v3',
    '/readyz',
    '/version',
  ].concat(SCRAPE_TARGET_PATHS);
  return [...new Set([...fixed, ...groups])].sort();
}

/** The content type of the aggregated form is what tells clients that they have got it. */
function either(exchange: Exchange, versions: readonly ServedVersion[], legacy: () => object): Answer {
  const form = exchange.form();
  if (form.as !== 'APIGroupDiscoveryList') return valueAnswer(legacy());
  const value = aggregatedDiscovery(form.version, versions);
  return { type: 'value', status: 200, value, contentType: form.contentType };
}

function found(document: object | undefined): Answer {
  if (document === undefined) throw unknownPath();
  return valueAnswer(document);
}
