// The checks that the other files rest on can fail.
import { describe, expect, test } from 'vitest';
import { definitions, expectSame, index, keySchema, N, rowsOf, S } from './tables.ts';

describe('expectSame', () => {
  const [one, two] = [
    { a: S('1'), b: N(1) },
    { a: S('2'), b: N(2) },
  ];
  test('takes any order', () => {
    expectSame([one, two], [{ b: N(2), a: S('2') }, one]);
    expectSame([], []);
  });
  test.each([
    ['an item too few', [one]],
    ['an item too many', [one, two, two]],
    ['one item twice', [one, one]],
    ['another value', [one, { a: S('2'), b: N(3) }]],
    ['an attribute too few', [one, { a: S('2') }]],
    ['an attribute too many', [one, { ...two, c: S('') }]],
  ])('finds %s', (_name, items) => {
    expect(() => expectSame(items, [one, two])).toThrow();
  });
});

describe('rowsOf', () => {
  const table = {
    KeySchema: keySchema('a / b'),
    AttributeDefinitions: definitions('a:S b:S c:S d:N'),
  };
  const whole = { a: S('a'), b: S('b'), c: S('c'), d: N(1), x: S('x'), y: S('y') };
  const { c: _, ...without } = whole;

  test('gives the projected attributes', () => {
    expect(rowsOf([whole], index('i', 'c / d'), table)).toEqual([whole]);
    expect(rowsOf([whole], index('i', 'c', 'KEYS_ONLY'), table)).toEqual([
      { a: S('a'), b: S('b'), c: S('c') },
    ]);
    expect(rowsOf([whole], index('i', 'd', ['x']), table)).toEqual([
      { a: S('a'), b: S('b'), d: N(1), x: S('x') },
    ]);
  });

  test('leaves out what has not every key of its type', () => {
    const wrong = { ...whole, c: N(1) };
    expect(rowsOf([without, wrong, whole], index('i', 'c / d'), table)).toEqual([whole]);
    expect(rowsOf([without, wrong], index('i', 'd c'), table)).toEqual([]);
  });
});

test('a key schema as text', () => {
  const element = (name: string, type: string) => ({ AttributeName: name, KeyType: type });
  expect(keySchema('a')).toEqual([element('a', 'HASH')]);
  expect(keySchema('a b / c d')).toEqual([
    ...['a', 'b'].map((name) => element(name, 'HASH')),
    ...['c', 'd'].map((name) => element(name, 'RANGE')),
  ]);
});
