// Random attribute values and items.
import { keys } from './tables.mjs';

export const names = ['s', 'n', 'l', 'm', 'ss', 'ns', 'yes', 'gone'];

/** A value of any type. */
export function anyValue(random, levels = 1) {
  const text = () => random.pick(['', 'a', 'b', 'ab', 'abc']);
  const number = () => random.pick(['0', '1', '2', '-1', '1.5', '10', '1e2', '007']);
  const deeper = () => anyValue(random, levels - 1);
  const kinds = [
    () => ({ S: text() }),
    () => ({ N: number() }),
    () => ({ BOOL: random.oneIn(2) }),
    () => ({ NULL: true }),
    () => ({ B: random.pick(['', 'YQ==', 'YWI=']) }),
    () => ({ SS: [...new Set(random.some(1, 3, text))] }),
    () => ({ NS: [...new Set(random.some(1, 3, () => random.pick(['0', '1', '2', '10'])))] }),
  ];
  if (levels > 0) {
    kinds.push(
      () => ({ L: random.some(0, 3, deeper) }),
      () => ({
        M: Object.fromEntries(random.some(0, 3, () => [random.pick(['x', 'y']), deeper()])),
      }),
    );
  }
  return random.pick(kinds)();
}

const oneOfType = {
  S: (random) => ({ S: random.pick(['', 'a', 'b', 'ab', 'abc', 'x1']) }),
  N: (random) => ({ N: random.pick(['0', '1', '2', '-1', '1.5', '5', '10']) }),
  B: (random) => ({ B: random.pick(['', 'YQ==', 'YWI=']) }),
  L: (random) => ({ L: random.some(0, 2, () => anyValue(random, 0)) }),
  SS: (random) => ({ SS: [...new Set(random.some(1, 2, () => random.pick(['a', 'b', 'c'])))] }),
  NS: (random) => ({ NS: [...new Set(random.some(1, 2, () => random.pick(['1', '2', '3'])))] }),
};

/** A value of one of the types, and once in a while of another one. */
export function valueOf(random, types) {
  return random.oneIn(15) ? anyValue(random) : oneOfType[random.pick(types)](random);
}

/** Values of one type, which is one of the types; and once in a while just any. */
export function valuesOf(random, types, count) {
  const type = random.pick(types);
  if (random.oneIn(12)) return random.some(count, count, () => anyValue(random));
  return random
    .some(count, count, () => oneOfType[type](random))
    .sort((a, b) => (type === 'N' ? a.N - b.N : a[type] < b[type] ? -1 : 1));
}

/** Attributes that are in no key, each with its usual type. */
export function attributes(random) {
  const own = {
    s: () => ({ S: random.pick(['a', 'ab', 'abc']) }),
    n: () => ({ N: random.pick(['0', '1', '5']) }),
    l: () => ({ L: random.some(0, 3, () => anyValue(random)) }),
    m: () => ({ M: { x: anyValue(random), y: anyValue(random) } }),
    ss: () => ({ SS: ['a', 'b'] }),
    ns: () => ({ NS: ['1', '2'] }),
    yes: () => ({ BOOL: true }),
  };
  return chosen(random, own, 3);
}

/** Most of the members, each made; one in `rarity` is left out. */
function chosen(random, makers, rarity) {
  return Object.fromEntries(
    Object.entries(makers)
      .filter(() => !random.oneIn(rarity))
      .map(([name, make]) => [name, make()]),
  );
}

/** A value for one of the attributes of index keys; no two items share one of `c` or of `d`. */
export function indexKeyValue(random, name, place = random.below(keys.length)) {
  const makers = {
    c: () => ({ S: random.pick(['x', 'y']) + place }),
    d: () => ({ N: `${random.pick([-10, 0, 10]) + place}` }),
    g: () => ({ S: random.pick(['g', 'h']) }),
    e: () => ({ B: random.pick(['YQ==', 'YWI=']) }),
    b: () => keys[place].b,
  };
  return makers[name]();
}

/** Attributes of index keys, some missing. */
export function indexKeys(random, place) {
  const makers = Object.fromEntries(
    ['c', 'd', 'g', 'e'].map((name) => [name, () => indexKeyValue(random, name, place)]),
  );
  return chosen(random, makers, 5);
}
