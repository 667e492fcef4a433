// The count that other tests compare the server's with, held against sizes worked out by hand.
import { expect, test } from 'vitest';
import { itemSize, type AttributeValue } from './support/item_size.ts';

const numbers: [string, number][] = [
  ['0', 1],
  ['-0.00', 1],
  ['1', 2],
  ['99', 2],
  ['100', 2],
  ['1e21', 2],
  ['1e125', 2],
  ['0.1', 2],
  ['1e-130', 2],
  ['101', 3],
  ['110', 3],
  ['1.5', 3],
  ['0.012', 3],
  ['12e11', 3],
  ['12345', 4],
  ['1.001', 4],
  ['-1', 3],
  ['-123', 4],
  ['9'.repeat(38), 20],
  ['1.2345678901234567890123456789012345678', 21],
];

test.each(numbers)('the number %s takes %i bytes', (number, size) => {
  expect(itemSize({ n: { N: number } })).toBe(1 + size);
});

const others: [AttributeValue, number][] = [
  [{ S: '' }, 0],
  [{ S: 'aé€😀' }, 1 + 2 + 3 + 4],
  [{ B: 'AAEC' }, 3],
  [{ BOOL: false }, 1],
  [{ NULL: true }, 1],
  [{ SS: ['a', 'bc'] }, 3],
  [{ NS: ['1', '101'] }, 5],
  [{ BS: ['AAEC', 'AA=='] }, 4],
  [{ L: [] }, 3],
  [{ L: [{ NULL: true }, { S: 'ab' }] }, 3 + 2 + 3],
  [{ M: {} }, 3],
  [{ M: { ab: { S: 'c' } } }, 3 + 1 + 2 + 1],
];

test.each(others)('%j takes %i bytes', (value, size) => {
  expect(itemSize({ é: value })).toBe(2 + size);
});
