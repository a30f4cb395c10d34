// `gantry rollout set-image`: other images for containers of the template, which begins a new version. Pure.
import { nearestName } from '@gantry/api/nearest-name';
import type { PodTemplateSpec } from '@gantry/api/kinds/pod';
import { CliError, EXIT } from '../../command.ts';
import type { TemplateChange, TemplateOperation } from '@gantry/api/rollout/steer/template-change';

/** A container (`*`: all) and its new image. */
export interface NewImage {
  container: string;
  image: string;
}

const ALL = '*';

/** Reads `web=shop/web:2`. @throws CliError for anything else. */
export function parseNewImages(words: readonly string[]): NewImage[] {
  return words.map((word) => {
    const [, container = '', image = ''] = /^([^=]+)=(.+)$/s.exec(word) ?? [];
    if (container !== '' && image !== '') return { container, image };
    throw new CliError(`"${word}" is not CONTAINER=IMAGE.`, {
      exitCode: EXIT.usage,
      nextStep: 'For example: gantry rollout set-image web main=shop/web:2',
    });
  });
}

/** What to write. A container that was renamed meanwhile is not given the image. @throws CliError for unknown names. */
export function imageChange(template: PodTemplateSpec, wanted: readonly NewImage[]): TemplateChange {
  const places = (['containers', 'initContainers'] as const).flatMap((list) =>
    (template.spec[list] ?? []).map(({ name, image = '' }, at) => ({
      ...{ name, image, list },
      path: `/spec/template/spec/${list}/${at}`,
    })),
  );
  const names = places.map(({ name }) => name);
  for (const { container } of wanted)
    if (container !== ALL && !names.includes(container)) throw unknownContainer(container, names);
  const changes = places.flatMap((place) => {
    const asked = wanted.findLast(
      ({ container }) => container === place.name || (container === ALL && place.list === 'containers'),
    );
    return asked === undefined || asked.image === place.image ? [] : [{ ...place, image: asked.image }];
  });
  if (changes.length === 0) return { type: 'nothing', why: 'has these images already' };
  const operations = changes.flatMap(({ name, image, path }): TemplateOperation[] => [
    { op: 'test', path: `${path}/name`, value: name },
    { op: 'replace', path: `${path}/image`, value: image },
  ]);
  const done = changes.map(({ name, image }) => `container ${name} has image ${image}`).join(', ');
  return { type: 'change', operations, done };
}

function unknownContainer(container: string, names: readonly string[]): CliError {
  const nearest = nearestName(container, names);
  return new CliError(
    `There is no container "${container}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
    { exitCode: EXIT.notFound, nextStep: `Containers of the template: ${names.join(', ')}.` },
  );
}
