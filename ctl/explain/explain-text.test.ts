import test from 'ava';
import { kinds } from '@gantry/api/registry';
import { definitionOf } from '../resource-arguments.ts';
import { explainText } from './explain-text.ts';

const options = { recursive: false, columns: 80 };

const cases: [string, readonly RegExp[]][] = [
  ['pod', [/^KIND: {5}Pod\nVERSION: {2}v1\n/, /spec <PodSpec> -required-/]],
  ['pod.spec.containers', [/FIELD: containers <\[\]Container> -required-/, /image <string> -required-/]],
  ['deploy.spec.replicas', [/FIELD: replicas <integer>\n/, /Default: 1\. Must be at least 0\./]],
  ['pod.spec.containers.resources.limits', [/<map\[string\]Quantity>/]],
  ['pod.spec.restartPolicy', [/One of: "Always", "OnFailure",\s+"Never"\./]],
];
for (const [text, patterns] of cases) {
  test(`explains ${text}`, (t) => {
    const [kind = '', ...path] = text.split('.');
    for (const pattern of patterns) t.regex(explainText(definitionOf(kind), path, options), pattern);
  });
}

test('a mistyped field brings the nearest one', (t) => {
  const explain = (path: string[]) => () => explainText(definitionOf('pod'), path, options);
  t.throws(explain(['spec', 'container']), {
    message: 'pod.spec has no field "container"; did you mean "containers"?',
  });
  t.throws(explain(['spec', 'readinessGates']), { message: /not honoured by Gantry yet/ });
});

test('every kind can be explained whole, within the width', (t) => {
  for (const definition of kinds) {
    t.true(explainText(definition, [], { recursive: true, columns: 80 }).length > 200);
    const lines = explainText(definition, [], options).split('\n');
    t.true(
      lines.every((line) => line.length <= 80),
      definition.kind,
    );
  }
});
