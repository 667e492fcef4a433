// Values that may not stand in a key of an index, and what refuses them.
import { beforeAll, describe, expect, test } from 'vitest';
import { call, expectError, ok, refuses, type RefusedCase } from '../support/service.ts';
import { B, expectIndexes, held, index, invalid, makeIndexed, N, put, S } from './tables.ts';

let table: string;
beforeAll(async () => {
  // No attribute is a key of two indexes: it is clear which one refuses.
  table = await makeIndexed(
    {
      keys: 'a:S b:S',
      attributes: 'c:S d:S e:N f:B g:S h:S i:B',
      local: [index('by-c', 'a / c'), index('by-i', 'a / i', 'KEYS_ONLY')],
      global: [
        index('of-d', 'd', 'KEYS_ONLY'),
        index('of-e', 'e'),
        index('of-f', 'f', ['x']),
        index('of-gh', 'g / h'),
      ],
    },
    'key-values',
  );
});

const key = { a: S('p'), b: S('refused') };
const mismatch = (name: string, expected: string, actual: string, of: string) =>
  `${invalid}Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${actual} IndexName: ${of}`;
const empty = (kind: string, name: string, of: string) =>
  'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
  `The AttributeValue for a key attribute cannot contain an empty ${kind} value. IndexName: ${of}, IndexKey: ${name}`;
const emptyByUpdate = (kind: string) =>
  'One or more parameter values are not valid. The update expression attempted to update a secondary index key ' +
  'to a value that is not supported. ' +
  `The AttributeValue for a key attribute cannot contain an empty ${kind} value.`;
const tooLong = (name: string, size: number, most: number, of: string) =>
  `${invalid}Size limit exceeded for Index Key ${name} Actual Size: ${size} bytes Max Size: ${most} bytes IndexName: ${of}`;

type Values = { [name: string]: object };

const notStrings: Values = {
  N: N(1),
  B: B('x'),
  BOOL: { BOOL: true },
  NULL: { NULL: true },
  L: { L: [S('x')] },
  M: { M: { x: S('x') } },
  SS: { SS: ['x'] },
  NS: { NS: ['1'] },
  BS: { BS: ['eA=='] },
};

/** Values of whole items and what each is refused with. */
const refusedItems: [string, Values, string][] = [
  ...Object.entries(notStrings).flatMap(([type, value]): [string, Values, string][] => [
    [`${type} for S in a local index`, { c: value }, mismatch('c', 'S', type, 'by-c')],
    [`${type} for S in a global index`, { d: value }, mismatch('d', 'S', type, 'of-d')],
  ]),
  ['S for N', { e: S('1') }, mismatch('e', 'N', 'S', 'of-e')],
  ['S for B in a global index', { f: S('x') }, mismatch('f', 'B', 'S', 'of-f')],
  ['S for B in a local index', { i: S('x') }, mismatch('i', 'B', 'S', 'by-i')],
  ['a wrong partition key alone', { g: N(1) }, mismatch('g', 'S', 'N', 'of-gh')],
  ['a wrong sort key alone', { h: N(1) }, mismatch('h', 'S', 'N', 'of-gh')],
  ['a wrong sort key', { g: S('x'), h: N(1) }, mismatch('h', 'S', 'N', 'of-gh')],
  ['an empty string in a local index', { c: S('') }, empty('string', 'c', 'by-c')],
  ['an empty string in a global index', { d: S('') }, empty('string', 'd', 'of-d')],
  ['an empty sort key', { g: S('x'), h: S('') }, empty('string', 'h', 'of-gh')],
  ['an empty blob in a global index', { f: B('') }, empty('binary', 'f', 'of-f')],
  ['an empty blob in a local index', { i: B('') }, empty('binary', 'i', 'by-i')],
  ['a long partition key', { d: S('x'.repeat(2049)) }, tooLong('d', 2049, 2048, 'of-d')],
  [
    'a long partition key of few characters',
    { d: S('é'.repeat(1025)) },
    tooLong('d', 2050, 2048, 'of-d'),
  ],
  ['a long blob', { f: B('x'.repeat(3000)) }, tooLong('f', 3000, 2048, 'of-f')],
  ['a long sort key, locally', { c: S('x'.repeat(1025)) }, tooLong('c', 1025, 1024, 'by-c')],
  [
    'a long sort key, globally',
    { g: S('x'), h: S('x'.repeat(1025)) },
    tooLong('h', 1025, 1024, 'of-gh'),
  ],
];

const cases = (request: (values: Values) => object): RefusedCase[] =>
  refusedItems.map(([name, values, message]) => ({
    name,
    request: () => request(values),
    error: 'ValidationException',
    message,
  }));

describe('PutItem refuses', () => {
  refuses(
    'PutItem',
    cases((values) => ({ TableName: table, Item: { ...key, ...values } })),
  );

  refuses('PutItem', [
    {
      name: 'a wrong index key before it looks at the condition',
      request: () => ({
        TableName: table,
        Item: { ...key, c: N(1) },
        ConditionExpression: 'attribute_exists(nothing)',
      }),
      error: 'ValidationException',
      message: mismatch('c', 'S', 'N', 'by-c'),
    },
    {
      name: 'a wrong table key before a wrong index key',
      request: () => ({ TableName: table, Item: { ...key, b: N(1), c: N(1) } }),
      error: 'ValidationException',
      message: `${invalid}Type mismatch for key b expected: S actual: N`,
    },
    {
      name: 'of two wrong keys the one of the index that is first by name',
      request: () => ({ TableName: table, Item: { ...key, d: N(1), c: N(1) } }),
      error: 'ValidationException',
      message: mismatch('c', 'S', 'N', 'by-c'),
    },
  ]);
});

describe('BatchWriteItem refuses', () => {
  refuses(
    'BatchWriteItem',
    cases((values) => ({
      RequestItems: { [table]: [{ PutRequest: { Item: { ...key, ...values } } }] },
    })),
  );

  test('and then writes nothing', async () => {
    const good = { a: S('p'), b: S('good'), c: S('x') };
    const answer = await call('BatchWriteItem', {
      RequestItems: {
        [table]: [{ PutRequest: { Item: good } }, { PutRequest: { Item: { ...key, c: N(1) } } }],
      },
    });
    expectError(answer, 'ValidationException', mismatch('c', 'S', 'N', 'by-c'));
    expect((await ok('GetItem', { TableName: table, Key: { a: good.a, b: good.b } })).Item).toBe(
      undefined,
    );
  });
});

describe('UpdateItem refuses', () => {
  const there = { a: S('p'), b: S('there') };
  const held = {
    ...there,
    ...{ c: S('c'), d: S('d'), e: N(1), f: B('f'), g: S('g'), h: S('h'), i: B('i') },
    ...{ word: S('t'), five: N(5), nothing: S(''), several: { L: [S('x')] } },
  };
  beforeAll(() => put(table, held));

  const unsupported =
    'The update expression attempted to update the secondary index key to unsupported type';
  const incorrect = 'An operand in the update expression has an incorrect data type';
  const scalar = (name: string) =>
    `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: ${name}`;

  const updates: { expression: string; value?: object; of?: string; message: string }[] = [
    ...Object.entries(notStrings).flatMap(([of, value]) => [
      { expression: 'SET c = :v', value, of, message: mismatch('c', 'S', of, 'by-c') },
      { expression: 'SET d = :v', value, of, message: mismatch('d', 'S', of, 'of-d') },
    ]),
    { expression: 'SET e = :v', value: S('1'), of: 'S', message: mismatch('e', 'N', 'S', 'of-e') },
    { expression: 'SET h = :v', value: N(1), of: 'N', message: mismatch('h', 'S', 'N', 'of-gh') },
    { expression: 'SET c = :v', value: S(''), of: 'no text', message: emptyByUpdate('string') },
    { expression: 'SET d = :v', value: S(''), of: 'no text', message: emptyByUpdate('string') },
    { expression: 'SET f = :v', value: B(''), of: 'no bytes', message: emptyByUpdate('binary') },
    {
      expression: 'SET d = :v',
      value: S('x'.repeat(2049)),
      of: '2049 bytes',
      message: tooLong('d', 2049, 2048, 'of-d'),
    },
    {
      expression: 'SET c = :v',
      value: S('x'.repeat(1025)),
      of: '1025 bytes',
      message: tooLong('c', 1025, 1024, 'by-c'),
    },
    { expression: 'SET c = five', message: unsupported },
    { expression: 'SET d = several', message: unsupported },
    { expression: 'SET e = word', message: unsupported },
    { expression: 'SET c = nothing', message: emptyByUpdate('string') },
    { expression: 'SET e = e + word', message: incorrect },
    { expression: 'SET c.x = :v', value: S('x'), of: 'S', message: scalar('c') },
    { expression: 'SET d[0] = :v', value: S('x'), of: 'S', message: scalar('d') },
    { expression: 'REMOVE c.x', message: scalar('c') },
  ];
  test.each(updates)('$expression, :v $of', async ({ expression, value, message }) => {
    const answer = await call('UpdateItem', {
      TableName: table,
      Key: there,
      UpdateExpression: expression,
      ExpressionAttributeValues: value && { ':v': value },
    });
    expectError(answer, 'ValidationException', message);
  });

  const legacy: [object, string][] = [
    [{ c: { Action: 'PUT', Value: N(1) } }, mismatch('c', 'S', 'N', 'by-c')],
    [{ e: { Value: S('x') } }, mismatch('e', 'N', 'S', 'of-e')],
    [{ d: { Action: 'PUT', Value: S('') } }, emptyByUpdate('string')],
  ];
  test.each(legacy)('AttributeUpdates %j', async (updates, message) => {
    const answer = await call('UpdateItem', {
      TableName: table,
      Key: there,
      AttributeUpdates: updates,
    });
    expectError(answer, 'ValidationException', message);
  });

  test('and leaves the item and the indexes as they were', async () => {
    expect((await ok('GetItem', { TableName: table, Key: there })).Item).toEqual(held);
    await expectIndexes(table);
  });

  test('an update that would make an item with a wrong index key makes none', async () => {
    const absent = { a: S('p'), b: S('absent') };
    const answer = await call('UpdateItem', {
      TableName: table,
      Key: absent,
      UpdateExpression: 'SET c = :v',
      ExpressionAttributeValues: { ':v': N(1) },
    });
    expectError(answer, 'ValidationException', mismatch('c', 'S', 'N', 'by-c'));
    expect((await ok('GetItem', { TableName: table, Key: absent })).Item).toBeUndefined();
  });
});

test('the longest index keys are kept', async () => {
  const long = {
    a: S('long'),
    b: S('1'),
    ...{ c: S('c'.repeat(1024)), d: S('d'.repeat(2048)), f: B('f'.repeat(2048)) },
    ...{ g: S('é'.repeat(1024)), h: S('h'.repeat(1024)), i: B('i'.repeat(1024)) },
  };
  await put(table, long);
  for (const [name, condition, values] of [
    ['by-c', 'a = :p AND c = :s', { ':p': long.a, ':s': long.c }],
    ['by-i', 'a = :p AND i = :s', { ':p': long.a, ':s': long.i }],
    ['of-d', 'd = :p', { ':p': long.d }],
    ['of-f', 'f = :p', { ':p': long.f }],
    ['of-gh', 'g = :p AND h = :s', { ':p': long.g, ':s': long.h }],
  ] as const) {
    const answer = await ok('Query', {
      TableName: table,
      IndexName: name,
      KeyConditionExpression: condition,
      ExpressionAttributeValues: values,
    });
    expect(answer.Count, name).toBe(1);
  }
  await expectIndexes(table);
});

test('empty values in attributes that are no keys are kept', async () => {
  const item = { a: S('empty'), b: S('1'), d: S('d'), f: B('f'), x: S(''), y: B('') };
  await put(table, item);
  const rows = (await held(table, 'of-f')).filter((row) => (row.a as { S: string }).S === 'empty');
  expect(rows).toEqual([{ a: item.a, b: item.b, f: item.f, x: item.x }]);
});
