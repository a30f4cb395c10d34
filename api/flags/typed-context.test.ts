import test from 'ava';
import { typedContext } from './typed-context.ts';

test('texts, numbers, truths, JSON; a targeting key is always text', (t) => {
  const typed = [
    'tier=gold',
    'age=18',
    'beta=true',
    'groups=["a"]',
    'note="18"',
    'url=a=b',
    'none=',
    'targetingKey=7',
  ];
  t.deepEqual(typedContext(typed), {
    context: {
      tier: 'gold',
      age: 18,
      beta: true,
      groups: ['a'],
      note: '18',
      url: 'a=b',
      none: '',
      targetingKey: '7',
    },
  });
});

test('what has no name or no value is named', (t) => {
  t.deepEqual(typedContext(['a=1', '=x']), { fault: '=x' });
  t.deepEqual(typedContext(['a']), { fault: 'a' });
});
