// What YAML's grammar allows and no manifest can mean. One walk in document order, in linear time: the text may be
// hostile.
import { type Alias, type Document, isCollection, isNode, isScalar, visit, type YAMLMap } from 'yaml';

/** A finding and where it is. */
export interface YamlMisuse {
  offset: number;
  message: string;
}

/** Aliases that one document may have, and that its nodes may expand to. */
export const ALIASES_MAX = 100;

/** The first misuse of a document; undefined when there is none. */
export function misuseIn(document: Document.Parsed): YamlMisuse | undefined {
  const anchors = new Set<string>();
  let aliases = 0;
  let found: YamlMisuse | undefined;
  const report = (misuse: YamlMisuse | undefined): symbol | undefined => {
    found = misuse;
    return misuse === undefined ? undefined : visit.BREAK;
  };
  visit(document, {
    Node(_, node) {
      if ('anchor' in node && typeof node.anchor === 'string') anchors.add(node.anchor);
    },
    Map(_, map) {
      if (typeof map.anchor === 'string') anchors.add(map.anchor);
      return report(misuseOfKeys(map));
    },
    Alias(_, alias) {
      aliases += 1;
      return report(misuseOfAlias(alias, anchors, aliases));
    },
  });
  return found;
}

function misuseOfAlias(alias: Alias, anchors: ReadonlySet<string>, count: number): YamlMisuse | undefined {
  const offset = alias.range?.[0] ?? 0;
  if (count > ALIASES_MAX)
    return { offset, message: `more than ${ALIASES_MAX} aliases (*name) in one document` };
  if (anchors.has(alias.source)) return undefined;
  return { offset, message: `the alias *${alias.source} has no anchor &${alias.source} before it` };
}

/** `{{ .Values.x }}` is a map whose key is a map. */
function misuseOfKeys(map: YAMLMap): YamlMisuse | undefined {
  const names = new Set<string>();
  for (const { key } of map.items) {
    const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
    if (isCollection(key)) {
      return { offset, message: 'a key must be plain text; is this a template that has not been rendered?' };
    }
    const name = isScalar(key) ? String(key.value) : String(key);
    if (names.has(name) && name !== '<<') {
      return { offset, message: `the key ${JSON.stringify(name)} stands twice in the same map` };
    }
    names.add(name);
  }
  return undefined;
}
