// The entry of a map, made when it is asked for first.

/** The value of `key`; what `make` gives, kept from then on, when there is none. */
export function getOrSet<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
