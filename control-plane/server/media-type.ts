// What the client wants to be answered with: JSON or YAML, and as what. Pure.
import { notAcceptable } from '@gantry/api/status-error';

/** The form that an answer takes. */
export interface AnswerForm {
  encoding: 'json' | 'yaml';
  /** What objects are shown as; `discovery` asks for the aggregated list of the named version. */
  as: 'Object' | 'Table' | 'PartialObjectMetadata' | 'APIGroupDiscoveryList';
  /** Version of `as`: `v1`, `v2`, `v2beta1`. */
  version: string;
  /** To be repeated in the answer. */
  contentType: string;
}

/** Plain JSON. */
export const JSON_FORM: AnswerForm = {
  encoding: 'json',
  as: 'Object',
  version: '',
  contentType: 'application/json',
};

interface Offer {
  type: string;
  parameters: ReadonlyMap<string, string>;
  quality: number;
}

/** `as`, group, version: the transformations that are served. */
const TRANSFORMS: Readonly<Record<string, AnswerForm['as']>> = {
  'Table/meta.k8s.io/v1': 'Table',
  'PartialObjectMetadata/meta.k8s.io/v1': 'PartialObjectMetadata',
  'PartialObjectMetadataList/meta.k8s.io/v1': 'PartialObjectMetadata',
  'APIGroupDiscoveryList/apidiscovery.k8s.io/v2': 'APIGroupDiscoveryList',
  'APIGroupDiscoveryList/apidiscovery.k8s.io/v2beta1': 'APIGroupDiscoveryList',
};

const JSON_TYPES: ReadonlySet<string> = new Set(['application/json', '*/*', 'application/*']);
const YAML_TYPES: ReadonlySet<string> = new Set(['application/yaml', 'application/x-yaml', 'text/yaml']);

/**
 * The first acceptable form, by quality and then by order.
 *
 * @throws StatusError 406 when nothing that is asked for can be served.
 */
export function answerForm(accept: string | undefined): AnswerForm {
  if (accept === undefined || accept === '') return JSON_FORM;
  for (const offer of offersOf(accept)) {
    const form = formOf(offer);
    if (form !== undefined) return form;
  }
  throw notAcceptable(['application/json', 'application/yaml']);
}

function offersOf(accept: string): Offer[] {
  const offers = accept.split(',').map((part): Offer => {
    const [type = '', ...rest] = part.split(';').map((word) => word.trim());
    const parameters = new Map(rest.map(parameterOf));
    return { type: type.toLowerCase(), parameters, quality: Number(parameters.get('q') ?? 1) };
  });
  return offers.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
}

function parameterOf(word: string): [string, string] {
  const at = word.indexOf('=');
  return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
}

function formOf({ type, parameters }: Offer): AnswerForm | undefined {
  if (YAML_TYPES.has(type)) {
    return { encoding: 'yaml', as: 'Object', version: '', contentType: 'application/yaml' };
  }
  if (!JSON_TYPES.has(type)) return undefined;
  const name = parameters.get('as');
  if (name === undefined) return JSON_FORM;
  const version = parameters.get('v') ?? '';
  const group = parameters.get('g') ?? '';
  const as = TRANSFORMS[`${name}/${group}/${version}`];
  if (as === undefined) return undefined;
  const contentType =
    as === 'APIGroupDiscoveryList'
      ? `application/json;g=${group};v=${version};as=${name}`
      : `application/json;as=${name};g=${group};v=${version}`;
  return { encoding: 'json', as, version, contentType };
}
