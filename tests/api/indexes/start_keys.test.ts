// ExclusiveStartKey of reads of an index: the keys of the index and of the table, no more, no less.
import { beforeAll, describe, expect, test } from 'vitest';
import { call, ok, refuses } from '../support/service.ts';
import { index, makeIndexed, N, put, S } from './tables.ts';

let table: string;
beforeAll(async () => {
  table = await makeIndexed(
    {
      keys: 'a:S b:S',
      attributes: 'g:S s:N',
      local: [index('local', 'a / s')],
      global: [index('global', 'g / s'), index('plain', 'g')],
    },
    'start-keys',
  );
  for (let n = 0; n < 6; ++n) {
    await put(table, { a: S('p'), b: S(`b${n}`), g: S('x'), s: N(n) });
  }
});

const kinds = [
  {
    kind: 'local',
    partition: 'a',
    start: { a: S('p'), b: S('b2'), s: N(2) } as Record<string, object>,
    outside: { a: S('q'), b: S('b2'), s: N(2) },
  },
  {
    kind: 'global',
    partition: 'g',
    start: { a: S('p'), b: S('b2'), g: S('x'), s: N(2) } as Record<string, object>,
    outside: { a: S('p'), b: S('b2'), g: S('y'), s: N(2) },
  },
];
const begin = 'The provided starting key is invalid';
const schema = 'The provided key element does not match the schema';

describe.each(kinds)('of a $kind index', (of) => {
  const { kind, partition, start, outside } = of;
  const without = (name: string) => {
    const { [name]: _, ...rest } = start;
    return rest;
  };
  const query = (key: object, condition = '', values: object = {}) => ({
    TableName: table,
    IndexName: kind,
    KeyConditionExpression: `${partition} = :p ${condition}`,
    ExpressionAttributeValues: { ':p': start[partition], ...values },
    ExclusiveStartKey: key,
  });
  const scan = (key: object) => ({ TableName: table, IndexName: kind, ExclusiveStartKey: key });

  const cases: [string, object, string][] = [
    ['an empty one', {}, begin],
    ...Object.keys(start).map((name): [string, object, string] => [
      `one without ${name}`,
      without(name),
      begin,
    ]),
    ['the key of the table', { a: start.a, b: start.b }, begin],
    ['one with an attribute more', { ...start, x: S('x') }, begin],
    ['one with another name', { ...without('s'), x: N(2) }, begin],
    ['a wrong type in the key of the index', { ...start, s: S('2') }, schema],
    ['a wrong type in the key of the table', { ...start, b: N(2) }, `${begin}: ${schema}`],
    [
      'a value of nothing',
      { ...start, s: {} },
      `${begin}: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes`,
    ],
    [
      'a bad number',
      { ...start, s: N('two') },
      'The parameter cannot be converted to a numeric value: two',
    ],
  ];
  describe.each(['Query', 'Scan'])('%s refuses', (operation) => {
    refuses(
      operation,
      cases.map(([name, key, message]) => ({
        name,
        request: () => (operation === 'Query' ? query(key) : scan(key)),
        error: 'ValidationException',
        message,
      })),
    );
  });

  describe('Query refuses', () => {
    const range = 'The provided starting key does not match the range key predicate';
    refuses('Query', [
      {
        name: 'one of another partition',
        request: () => query(outside),
        error: 'ValidationException',
        message:
          'The provided starting key is outside query boundaries based on provided conditions',
      },
      ...['s > :s', 's = :t', 's BETWEEN :t AND :u'].map((condition) => ({
        name: `one outside ${condition}`,
        request: () => {
          const values: Record<string, object> = { ':s': N(2), ':t': N(3), ':u': N(4) };
          const used = Object.entries(values).filter(([name]) => condition.includes(name));
          return query(start, `AND ${condition}`, Object.fromEntries(used));
        },
        error: 'ValidationException',
        message: range,
      })),
    ]);
  });

  const places = (answer: { Items: { s: { N: string } }[] }) =>
    answer.Items.map((item) => Number(item.s.N));

  test('goes on after its place', async () => {
    expect(places(await ok('Query', query(start)))).toEqual([3, 4, 5]);
    const backward = { ...query(start), ScanIndexForward: false };
    expect(places(await ok('Query', backward))).toEqual([1, 0]);
    const within = query(start, 'AND s < :s', { ':s': N(5) });
    expect(places(await ok('Query', within))).toEqual([3, 4]);
  });

  test('need not be of an item that is there', async () => {
    const between = { ...start, s: N('2.5') };
    expect(places(await ok('Query', query(between)))).toEqual([3, 4, 5]);
    const backward = { ...query(between), ScanIndexForward: false };
    expect(places(await ok('Query', backward))).toEqual([2, 1, 0]);
    await put(table, { a: S('p'), b: S('gone'), g: S('x'), s: N('3.5') });
    await ok('DeleteItem', { TableName: table, Key: { a: S('p'), b: S('gone') } });
    const gone = { ...start, b: S('gone'), s: N('3.5') };
    expect(places(await ok('Query', query(gone)))).toEqual([4, 5]);
  });

  test('a Scan takes one of any partition', async () => {
    const answer = await call('Scan', scan(outside));
    expect(answer.status, answer.text).toBe(200);
  });
});

test('of an index without a sort key: its key and the key of the table', async () => {
  const request = {
    TableName: table,
    IndexName: 'plain',
    KeyConditionExpression: 'g = :g',
    ExpressionAttributeValues: { ':g': S('x') },
  };
  const { Items: all } = await ok('Query', request);
  const first = await ok('Query', { ...request, Limit: 2 });
  const { a, b, g } = all[1];
  expect(first.LastEvaluatedKey).toEqual({ a, b, g });
  const rest = await ok('Query', { ...request, ExclusiveStartKey: { a, b, g } });
  expect(rest.Items).toEqual(all.slice(2));
});

test('of an index on the keys of the table has each attribute once', async () => {
  const turned = await makeIndexed(
    { keys: 'a:S b:S', attributes: '', global: [index('turned', 'b / a')] },
    'turned',
  );
  for (let n = 0; n < 4; ++n) await put(turned, { a: S(`a${n}`), b: S('b') });
  const request = {
    TableName: turned,
    IndexName: 'turned',
    KeyConditionExpression: 'b = :b',
    ExpressionAttributeValues: { ':b': S('b') },
  };
  const first = await ok('Query', { ...request, Limit: 2 });
  expect(first.LastEvaluatedKey).toEqual({ a: S('a1'), b: S('b') });
  const rest = await ok('Query', { ...request, ExclusiveStartKey: first.LastEvaluatedKey });
  expect(rest.Items).toEqual([2, 3].map((n) => ({ a: S(`a${n}`), b: S('b') })));
});
