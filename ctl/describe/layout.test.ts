import test from 'ava';
import { renderFields } from './layout.ts';

test('labels share a column, sections are indented, what is absent is left out', (t) => {
  const text = renderFields([
    ['Name', 'web-1'],
    ['Labels', ['app=web', 'tier=front']],
    ['Nothing', undefined],
    ['Annotations', []],
    [
      'Containers',
      {
        fields: [
          [
            'web',
            {
              fields: [
                ['Image', 'web:1'],
                ['Port', '80/TCP'],
              ],
            },
          ],
        ],
      },
    ],
    [
      'Conditions',
      {
        rows: [
          ['Type', 'Status'],
          ['Ready', 'True'],
        ],
      },
    ],
  ]);
  t.is(
    text,
    [
      'Name:         web-1',
      'Labels:       app=web',
      '              tier=front',
      'Annotations:  <none>',
      'Containers:',
      '  web:',
      '    Image:  web:1',
      '    Port:   80/TCP',
      'Conditions:',
      '  Type    Status',
      '  Ready   True',
      '',
    ].join('\n'),
  );
});
