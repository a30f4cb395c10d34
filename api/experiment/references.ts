// What values of an Experiment's arguments may refer to, as Argo Rollouts writes it: `{{templates.<name>.podTemplateHash}}`,
// `{{experiment.availableAt}}` and `{{experiment.finishedAt}}`. Pure.

const REFERENCE = /\{\{\s*((?:templates|experiment)\.[^{}\s]*)\s*\}\}/g;
const HASH_OF_TEMPLATE = /^templates\.([^.]+)\.podTemplateHash$/;

/** When all templates were available. */
export const AVAILABLE_AT = 'experiment.availableAt';
/** When the duration is over. */
export const FINISHED_AT = 'experiment.finishedAt';

/** The reference to the hash of a template's pods. */
export function hashReference(template: string): string {
  return `templates.${template}.podTemplateHash`;
}

/** What is wrong with the references of a text, each as a sentence. @param templates the names there are. */
export function referenceProblems(
  text: string,
  templates: readonly string[],
  hasDuration: boolean,
): string[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, reference = '']) => {
    if (reference === AVAILABLE_AT) return [];
    if (reference === FINISHED_AT)
      return hasDuration ? [] : [`${FINISHED_AT} is known only where there is a duration`];
    const name = HASH_OF_TEMPLATE.exec(reference)?.[1];
    if (name === undefined)
      return [
        `there is no ${reference}: there are ${AVAILABLE_AT}, ${FINISHED_AT} and ${hashReference('<name>')}`,
      ];
    return templates.includes(name)
      ? []
      : [`there is no template ${name}: there are ${templates.join(', ') || 'none'}`];
  });
}

/** The text with references filled in; those without a value stay as they are. */
export function withReferences(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(REFERENCE, (whole, reference: string) => values.get(reference) ?? whole);
}
