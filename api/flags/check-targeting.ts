// Whether targeting can be evaluated: known operators, variants that exist, buckets that make sense, bounded work.
// Follows `$ref` as evaluation does; what is wrong within a rule itself is told once, where the rule is.
import type { Issue } from '../issue.ts';
import { invalidValue, required, tooLong } from '../issues.ts';
import { isList, isMap, ownField } from '../json-value.ts';
import { nearestName } from '../nearest-name.ts';
import { bucketsOf, weightIssues } from './check-fractional.ts';
import { unknownVariant } from './check-variant.ts';
import { ITERATIONS_DEEP_MAX, TARGETING_DEPTH_MAX, TARGETING_VALUES_MAX } from './limits.ts';
import { ARGUMENT_COUNTS, GROWING, OPERATORS, REFERENCE, VERSION_COMPARISONS } from './operators.ts';

/** What a rule is checked against. */
export interface RuleScope {
  path: string;
  /** `$evaluators`. */
  rules: Readonly<Record<string, unknown>>;
}

/** Issues of a flag's targeting: what it results in has to be one of the variants. */
export function targetingIssues(
  targeting: Readonly<Record<string, unknown>>,
  scope: RuleScope & { variants: readonly string[] },
): Issue[] {
  if (Object.keys(targeting).length === 0) return [];
  return new RuleCheck(scope, { variants: scope.variants }).run(targeting);
}

/** Issues of a rule by itself: which flags will use it, and how, is not known. */
export function ruleIssues(name: string, scope: RuleScope): Issue[] {
  return new RuleCheck(scope, { name }).run(ownField(scope.rules, name));
}

/** Where in a rule a value stands. */
interface Place {
  path: string;
  depth: number;
  /** Whether this is what the targeting results in. */
  isResult: boolean;
  iterations: number;
  inReduce: boolean;
  /** Names of the rules that led here. */
  through: readonly string[];
}

class RuleCheck {
  readonly #issues: Issue[] = [];
  readonly #scope: RuleScope;
  readonly #variants: readonly string[] | undefined;
  /** Of the rule that is checked by itself. */
  readonly #name: string | undefined;
  #values = 0;
  #stopped = false;

  constructor(scope: RuleScope, { variants, name }: { variants?: readonly string[]; name?: string }) {
    this.#scope = scope;
    this.#variants = variants;
    this.#name = name;
  }

  run(rule: unknown): Issue[] {
    const { path } = this.#scope;
    this.#visit(rule, { path, depth: 0, isResult: true, iterations: 0, inReduce: false, through: [] });
    return this.#issues;
  }

  #visit(value: unknown, place: Place): void {
    if (this.#stopped || !this.#isWithinBounds(place)) return;
    if (isList(value)) this.#visitAll(value, place);
    else if (isMap(value)) this.#visitOperation(value, place);
    else if (
      place.isResult &&
      (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    )
      this.#checkVariant(String(value), place);
  }

  #isWithinBounds({ depth }: Place): boolean {
    const { path } = this.#scope;
    this.#values += 1;
    if (depth > TARGETING_DEPTH_MAX)
      this.#stop(tooLong(path, `nested deeper than ${TARGETING_DEPTH_MAX} levels`));
    else if (this.#values > TARGETING_VALUES_MAX)
      this.#stop(
        tooLong(path, `has more than ${TARGETING_VALUES_MAX} values; rules behind $ref count each time`),
      );
    return !this.#stopped;
  }

  #stop(issue: Issue): void {
    this.#stopped = true;
    this.#issues.push(issue);
  }

  /** What is wrong with a rule itself is reported at the rule, not at all who refer to it. */
  #report(place: Place, issue: Issue): void {
    if (place.through.length === 0) this.#issues.push(issue);
  }

  #visitAll(
    values: readonly unknown[],
    place: Place,
    isResult: (index: number) => boolean = () => false,
  ): void {
    values.forEach((value, index) => {
      this.#visit(value, {
        ...place,
        path: `${place.path}[${index}]`,
        depth: place.depth + 1,
        isResult: place.isResult && isResult(index),
      });
    });
  }

  #visitOperation(operation: Readonly<Record<string, unknown>>, place: Place): void {
    const names = Object.keys(operation);
    const [name] = names;
    if (name === undefined || names.length > 1) {
      const why = 'must have one operator: its name, and the list of its arguments';
      this.#report(place, invalidValue(place.path, names, why));
      return;
    }
    const inside = { ...place, path: `${place.path}.${name}` };
    if (name === REFERENCE) this.#follow(operation[name], inside);
    else this.#visitArguments(name, operation[name], inside);
  }

  #follow(name: unknown, place: Place): void {
    const { rules } = this.#scope;
    if (typeof name !== 'string' || !Object.hasOwn(rules, name)) {
      const nearest = typeof name === 'string' ? nearestName(name, Object.keys(rules)) : undefined;
      const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
      this.#report(place, invalidValue(place.path, name, `is no rule in $evaluators${hint}`));
    } else if (name === this.#name) {
      const circle = [name, ...place.through.filter((other) => other !== name), name].join(' -> ');
      this.#stop(invalidValue(place.path, name, `leads back to itself: ${circle}`));
    } else if (place.through.includes(name)) {
      // Reported at the rules of the circle.
      this.#stopped = true;
    } else {
      this.#visit(ownField(rules, name), {
        ...place,
        depth: place.depth + 1,
        through: [...place.through, name],
      });
    }
  }

  #visitArguments(name: string, sent: unknown, place: Place): void {
    const type = OPERATORS.get(name);
    if (type === undefined) {
      const nearest = nearestName(name, [...OPERATORS.keys(), REFERENCE]);
      const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
      this.#report(place, invalidValue(place.path, name, `is no operator of targeting${hint}`));
      return;
    }
    const values = isList(sent) ? sent : [sent];
    this.#checkCount(name, values, place);
    if (place.inReduce && GROWING.has(name))
      this.#report(
        place,
        invalidValue(
          place.path,
          name,
          'cannot be used within reduce: what it makes may double with each item',
        ),
      );
    switch (type) {
      case 'value':
        this.#visitAll(values, place);
        break;
      case 'choice':
        // Condition, result, condition, result, …, else.
        this.#visitAll(values, place, (index) => index % 2 === 1 || index === values.length - 1);
        break;
      case 'iteration':
        this.#visitIteration(name, values, place);
        break;
      case 'fractional':
        this.#visitFractional(sent, place);
    }
  }

  #visitIteration(name: string, values: readonly unknown[], place: Place): void {
    const iterations = place.iterations + 1;
    if (iterations > ITERATIONS_DEEP_MAX)
      this.#report(
        place,
        invalidValue(place.path, name, `more than ${ITERATIONS_DEEP_MAX} iterations within one another`),
      );
    this.#visitAll(values, { ...place, iterations, inReduce: place.inReduce || name === 'reduce' });
  }

  #checkCount(name: string, values: readonly unknown[], place: Place): void {
    const count = ARGUMENT_COUNTS[name];
    if (count !== undefined && values.length !== count) {
      this.#report(
        place,
        invalidValue(place.path, values, `${name} takes ${count} arguments, not ${values.length}`),
      );
      return;
    }
    const comparison = values[1];
    if (name !== 'sem_ver' || typeof comparison !== 'string') return;
    if (VERSION_COMPARISONS.some((known) => known === comparison)) return;
    const known = VERSION_COMPARISONS.join(' ');
    this.#report(place, invalidValue(`${place.path}[1]`, comparison, `must be one of ${known}`));
  }

  #visitFractional(sent: unknown, place: Place): void {
    const { by, buckets, first } = bucketsOf(sent);
    if (buckets.length === 0) {
      this.#report(place, required(place.path, 'at least one bucket, for example ["on", 50]'));
      return;
    }
    if (by !== undefined)
      this.#visit(by, { ...place, path: `${place.path}[0]`, depth: place.depth + 1, isResult: false });
    for (const issue of weightIssues(buckets, place.path, first)) this.#report(place, issue);
    buckets.forEach((bucket, index) => {
      if (!isList(bucket)) return;
      const at = { ...place, path: `${place.path}[${index + first}]`, depth: place.depth + 1 };
      this.#visitAll(bucket, at, (part) => part === 0);
    });
  }

  #checkVariant(name: string, { path }: Place): void {
    if (this.#variants === undefined || this.#variants.includes(name)) return;
    this.#issues.push(unknownVariant(path, name, this.#variants));
  }
}
