// Evaluates a condition's tree over `result`. Nothing of the program can be reached: only own fields, only the functions
// listed, and a bounded number of steps.
import { isList, isMap, ownField } from '../../json-value.ts';
import { CONDITION_STEPS_MAX } from '../limits.ts';
import { LIST_FUNCTIONS, PLAIN_FUNCTIONS } from './functions.ts';
import { binary, numberOf, truthOf } from './operators.ts';
import { ELEMENT, wordOf, type Expression } from './parse.ts';
import { shown, wrong } from './trouble.ts';

/**
 * Whether the condition holds.
 *
 * @throws ConditionTrouble when it says neither.
 */
export function holds(tree: Expression, result: unknown): boolean {
  const room: Room = { result, steps: 0 };
  return truthOf(valueOf(tree, room), 'a condition');
}

interface Room {
  result: unknown;
  element?: { value: unknown };
  steps: number;
}

function valueOf(node: Expression, room: Room): unknown {
  room.steps += 1;
  if (room.steps > CONDITION_STEPS_MAX)
    throw wrong(`the condition takes more than ${CONDITION_STEPS_MAX} steps`);
  const part = (name: string): Expression => node[name] as Expression;
  switch (node.type) {
    case 'Literal':
      return node['value'];
    case 'Identifier':
      return variable(wordOf(node, 'name'), room);
    case 'ArrayExpression':
      return (node['elements'] as (Expression | null)[]).map((item) =>
        item === null ? null : valueOf(item, room),
      );
    case 'UnaryExpression':
      return unary(wordOf(node, 'operator'), valueOf(part('argument'), room));
    case 'BinaryExpression':
      return binaryOf(wordOf(node, 'operator'), part('left'), part('right'), room);
    case 'ConditionalExpression':
      return valueOf(
        truthOf(valueOf(part('test'), room), '?:') ? part('consequent') : part('alternate'),
        room,
      );
    case 'MemberExpression':
      return member(node, room);
    case 'CallExpression':
      return call(node, room);
    default:
      throw wrong(`conditions do not know ${node.type}`);
  }
}

function variable(name: string, room: Room): unknown {
  if (name === 'result') return room.result;
  if (name !== ELEMENT) throw wrong(`there is no variable ${name}: the measured value is \`result\``);
  if (room.element === undefined)
    throw wrong('# stands for an element, inside all(), any(), filter() and the like');
  return room.element.value;
}

function unary(operator: string, value: unknown): unknown {
  if (operator === '!' || operator === 'not') return !truthOf(value, operator);
  if (operator === '-') return -numberOf(value, operator);
  if (operator === '+') return numberOf(value, operator);
  throw wrong(`the operator ${operator} is not known`);
}

function binaryOf(operator: string, left: Expression, right: Expression, room: Room): unknown {
  const first = valueOf(left, room);
  if (operator === '&&' || operator === 'and')
    return truthOf(first, operator) && truthOf(valueOf(right, room), operator);
  if (operator === '||' || operator === 'or')
    return truthOf(first, operator) || truthOf(valueOf(right, room), operator);
  if (operator === '??') return first ?? valueOf(right, room);
  return binary(operator, first, valueOf(right, room));
}

function member(node: Expression, room: Room): unknown {
  const object = valueOf(node['object'] as Expression, room);
  const property = node['property'] as Expression;
  const key = node['computed'] === true ? valueOf(property, room) : property['name'];
  if (object === undefined || object === null) {
    if (node['optional'] === true) return null;
    throw wrong(`${shown(key)} of nil`);
  }
  if (isList(object)) return element(object, key);
  if (isMap(object) && typeof key === 'string') return ownField(object, key) ?? null;
  throw wrong(`${shown(object)} has no parts, asked for ${shown(key)}`);
}

function element(list: readonly unknown[], key: unknown): unknown {
  if (typeof key !== 'number' || !Number.isInteger(key)) throw wrong(`a list has no ${shown(key)}`);
  const at = key < 0 ? list.length + key : key;
  if (at < 0 || at >= list.length)
    throw wrong(
      list.length === 0 ? 'the result is an empty list' : `a list of ${list.length} has no element ${key}`,
    );
  return list[at];
}

function call(node: Expression, room: Room): unknown {
  const callee = node['callee'] as Expression;
  const name = callee.type === 'Identifier' ? wordOf(callee, 'name') : '';
  const given = node['arguments'] as Expression[];
  if (Object.hasOwn(LIST_FUNCTIONS, name)) return callOverList(name, given, room);
  if (!Object.hasOwn(PLAIN_FUNCTIONS, name)) throw wrong(`there is no function ${name}()`);
  const plain = PLAIN_FUNCTIONS[name];
  const [least, most] = plain?.arity ?? [0, 0];
  if (given.length < least || given.length > most)
    throw wrong(
      `${name}() takes ${least === most ? least : `${least} to ${most}`} values, got ${given.length}`,
    );
  return plain?.call(given.map((argument) => valueOf(argument, room)));
}

function callOverList(name: string, [source, predicate, ...more]: Expression[], room: Room): unknown {
  if (source === undefined || predicate === undefined || more.length > 0)
    throw wrong(`${name}() takes a list and a predicate: ${name}(result, # > 0)`);
  const list = valueOf(source, room);
  if (!isList(list)) throw wrong(`${name}() needs a list, got ${shown(list)}`);
  const outer = room.element;
  const found = LIST_FUNCTIONS[name]?.(list, (value) => {
    room.element = { value };
    return valueOf(predicate, room);
  });
  if (outer === undefined) delete room.element;
  else room.element = outer;
  return found;
}
