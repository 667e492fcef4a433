// Global indexes whose partition key, sort key or both are made of several attributes.
import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { QueryCommand as DocumentQuery } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Item } from '../support/item_size.ts';
import { call, client, documents, expectError, ok, refuses } from '../support/service.ts';
import { untilStatus, type RefusedCase } from '../support/service.ts';
import {
  definitions,
  expectIndexes,
  expectSame,
  held,
  index,
  indexedRequest,
  indexOf,
  invalid,
  keySchema,
  makeIndexed,
  N,
  pick,
  put,
  S,
  untilIndex,
} from './tables.ts';

describe('CreateTable', () => {
  test.each([
    'p1 p2',
    'p1 / s1 s2',
    'p1 p2 / s1 s2',
    'p1 p2 p3 p4',
    'p1 / s1 s2 s3 s4',
    'p1 p2 p3 p4 / s1 s2 s3 s4',
    'p2 id / p1 s4 at',
  ])('takes and describes %s', async (keys) => {
    const attributes = keys
      .split(/[ /]+/)
      .filter((name) => name !== 'id' && name !== 'at')
      .map((name) => `${name}:${name === 's2' ? 'N' : name === 's3' ? 'B' : 'S'}`);
    const name = await makeIndexed(
      { keys: 'id:S at:S', attributes: attributes.join(' '), global: [index('multi', keys)] },
      'multi',
    );
    const table = await untilStatus(name, 'ACTIVE');
    expect(indexOf(table, 'multi').KeySchema).toEqual(keySchema(keys));
    expect(indexOf(table, 'multi').IndexStatus).toBe('ACTIVE');
  });

  const request = (keys: object[], attributes = 'p1:S p2:S p3:S p4:S p5:S') => ({
    ...indexedRequest('refused-table', { keys: 'id:S at:S', attributes }),
    GlobalSecondaryIndexes: [{ ...index('multi', 'p1'), KeySchema: keys }],
  });
  const element = (name: string, type: string) => ({ AttributeName: name, KeyType: type });
  const refused = (name: string, given: object, message: string | RegExp): RefusedCase => ({
    name,
    request: given,
    error: 'ValidationException',
    message,
  });
  describe('refuses', () => {
    refuses('CreateTable', [
      refused(
        'five partition attributes',
        request(keySchema('p1 p2 p3 p4 p5')),
        /The KeySchema exceeds the maximum allowed number of HASH key attributes/,
      ),
      refused(
        'five sort attributes',
        request(keySchema('id / p1 p2 p3 p4 p5')),
        /The KeySchema exceeds the maximum allowed number of RANGE key attributes/,
      ),
      refused(
        'a sort attribute before a partition attribute',
        request([element('p1', 'HASH'), element('p2', 'RANGE'), element('p3', 'HASH')]),
        /All HASH key attributes must precede RANGE key attributes in the KeySchema/,
      ),
      refused(
        'sort attributes alone',
        request([element('p1', 'RANGE'), element('p2', 'RANGE')]),
        /The first KeySchemaElement is not a HASH key type/,
      ),
      refused(
        'an attribute that is not defined',
        request(keySchema('p1 p2 / p3'), 'p1:S p2:S'),
        `${invalid}Some index key attributes are not defined in AttributeDefinitions. Keys: [p1, p2, p3], AttributeDefinitions: [id, at, p1, p2]`,
      ),
      {
        name: 'one attribute twice',
        request: request(keySchema('p1 p2 / p3 p1'), 'p1:S p2:S p3:S'),
        error: 'ValidationException',
        message: /have the same name$/,
      },
      {
        name: 'several sort attributes of a local index',
        request: {
          ...indexedRequest('refused-table', { keys: 'id:S at:S', attributes: 'p1:S p2:S' }),
          LocalSecondaryIndexes: [index('multi', 'id / p1 p2')],
        },
        error: 'ValidationException',
        message: /'localSecondaryIndexes.1.member.keySchema' .* length less than or equal to 2$/,
      },
      refused(
        'two partition attributes of a table',
        {
          ...indexedRequest('refused-table', { keys: 'id:S at:S', attributes: '' }),
          KeySchema: keySchema('id at'),
        },
        'Invalid KeySchema: The second KeySchemaElement is not a RANGE key type',
      ),
    ]);
  });
});

describe('what is in the index', () => {
  test('items with all of its attributes, through every write', async () => {
    const name = await makeIndexed(
      {
        keys: 'id:S',
        attributes: 'p1:S p2:N s1:S s2:N',
        global: [index('multi', 'p1 p2 / s1 s2', ['x'])],
      },
      'sparse',
    );
    const whole = { p1: S('p'), p2: N(1), s1: S('s'), s2: N(2), x: S('x'), y: S('y') };
    await put(name, { id: S('whole'), ...whole });
    for (const missing of ['p1', 'p2', 's1', 's2'] as const) {
      const { [missing]: _, ...rest } = whole;
      await put(name, { id: S(`without ${missing}`), ...rest });
    }
    await put(name, { id: S('none'), x: S('x') });
    expect(await held(name, 'multi')).toEqual([
      { id: S('whole'), ...pick(whole, ['p1', 'p2', 's1', 's2', 'x']) },
    ]);

    const update = (id: string, expression: string, values?: object) =>
      ok('UpdateItem', {
        TableName: name,
        Key: { id: S(id) },
        UpdateExpression: expression,
        ExpressionAttributeValues: values,
      });
    for (const [id, expression, values, rows] of [
      ['without p2', 'SET p2 = :v', { ':v': N(1) }, 2],
      ['without s2', 'ADD s2 :v', { ':v': N(7) }, 3],
      ['whole', 'SET p2 = :v', { ':v': N(9) }, 3],
      ['whole', 'SET s1 = :v, s2 = :w', { ':v': S('t'), ':w': N(0) }, 3],
      ['whole', 'REMOVE p1', undefined, 2],
      ['without s2', 'REMOVE s1, s2', undefined, 1],
    ] as const) {
      await update(id, expression, values);
      await expectIndexes(name);
      expect(await held(name, 'multi')).toHaveLength(rows);
    }
    await ok('DeleteItem', { TableName: name, Key: { id: S('without p2') } });
    expect(await held(name, 'multi')).toEqual([]);
  });

  test('only items whose attributes have the right type', async () => {
    const name = await makeIndexed(
      { keys: 'id:S', attributes: 'p1:S p2:N s1:S', global: [index('multi', 'p1 p2 / s1')] },
      'typed',
    );
    const mismatch = (key: string, expected: string, actual: string) =>
      `${invalid}Type mismatch for Index Key ${key} Expected: ${expected} Actual: ${actual} IndexName: multi`;
    for (const [rest, message] of [
      [{ p1: N(1), p2: N(1), s1: S('s') }, mismatch('p1', 'S', 'N')],
      [{ p1: S('p'), p2: S('1'), s1: S('s') }, mismatch('p2', 'N', 'S')],
      [{ p1: S('p'), p2: N(1), s1: { BOOL: true } }, mismatch('s1', 'S', 'BOOL')],
      [{ p2: S('1') }, mismatch('p2', 'N', 'S')],
      [
        { p1: S('p'), p2: N(1), s1: S('') },
        'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
          'The AttributeValue for a key attribute cannot contain an empty string value. IndexName: multi, IndexKey: s1',
      ],
    ] as [Item, string][]) {
      const answer = await call('PutItem', { TableName: name, Item: { id: S('x'), ...rest } });
      expectError(answer, 'ValidationException', message);
    }
  });

  test('items of a table that was there before', async () => {
    const name = await makeIndexed({ keys: 'id:S', attributes: '' }, 'before');
    for (let n = 0; n < 20; ++n) {
      await put(name, {
        ...{ id: S(`${n}`), p1: S(`p${n % 2}`), s1: N(n) },
        ...(n % 5 === 0 ? {} : { p2: S(`q${n % 3}`) }),
      });
    }
    await ok('UpdateTable', {
      TableName: name,
      AttributeDefinitions: definitions('p1:S p2:S s1:N'),
      GlobalSecondaryIndexUpdates: [{ Create: index('multi', 'p1 p2 / s1') }],
    });
    const made = await untilIndex(name, 'multi', 'ACTIVE');
    expect(made.KeySchema).toEqual(keySchema('p1 p2 / s1'));
    await expectIndexes(name);
    expect(await held(name, 'multi')).toHaveLength(16);
  });
});

describe('Query', () => {
  // Every combination of a few values, once: sort values that are numbers and texts in turn.
  const s1 = ['A', 'a', 'aa', 'b'];
  const s2 = [-10, -1, 0, 2, 10];
  const s3 = ['x', 'xx', 'y'];
  const partition: Item[] = s1.flatMap((first, i) =>
    s2.flatMap((second, j) =>
      s3.map((third, k) => ({
        ...{ id: S(`${(i * 7 + j * 3 + k * 5) % 11}-${i}${j}${k}`), p1: S('p'), p2: N(1) },
        ...{ s1: S(first), s2: N(second), s3: S(third) },
      })),
    ),
  );
  type Row = { s1: { S: string }; s2: { N: string }; s3: { S: string } };
  const tuple = (row: Item) => {
    const { s1, s2, s3 } = row as unknown as Row;
    return [s1.S, Number(s2.N), s3.S] as const;
  };

  let table: string;
  beforeAll(async () => {
    table = await makeIndexed(
      {
        keys: 'id:S',
        attributes: 'p1:S p2:N s1:S s2:N s3:S',
        global: [index('multi', 'p1 p2 / s1 s2 s3'), index('partition', 'p1 p2')],
      },
      'query-multi',
    );
    const shuffled = [...partition].sort(() => Math.random() - 0.5);
    await put(table, ...shuffled);
    // Neighbours: the same texts, cut at other places, and the same texts with other numbers.
    const rest = { s1: S('a'), s2: N(0), s3: S('x') };
    await put(
      table,
      { id: S('n1'), p1: S('p'), p2: N(2), ...rest },
      { id: S('n2'), p1: S('p'), p2: N(11), ...rest },
      { id: S('n3'), p1: S('pp'), p2: N(1), ...rest },
      { id: S('n4'), p1: S('o'), p2: N(1), ...rest },
    );
  });

  const both = 'p1 = :p1 AND p2 = :p2';
  const parts = { ':p1': S('p'), ':p2': N(1) };
  const query = (condition: string, values: object = {}, more: object = {}) => ({
    TableName: table,
    IndexName: 'multi',
    KeyConditionExpression: condition === '' ? both : `${both} AND ${condition}`,
    ExpressionAttributeValues: { ...parts, ...values },
    ...more,
  });

  test('gives one partition in the order of all its sort attributes', async () => {
    const answer = await ok('Query', query(''));
    expect(answer.Items).toEqual(partition);
    const backward = await ok('Query', query('', {}, { ScanIndexForward: false }));
    expect(backward.Items).toEqual([...partition].reverse());
  });

  test('of an index without sort attributes', async () => {
    const answer = await ok('Query', query('', {}, { IndexName: 'partition' }));
    expectSame(answer.Items, partition);
  });

  test.each<[string, object, (s1: string, s2: number, s3: string) => boolean]>([
    ['s1 = :x', { ':x': S('a') }, (s1) => s1 === 'a'],
    ['s1 < :x', { ':x': S('aa') }, (s1) => s1 < 'aa'],
    ['s1 <= :x', { ':x': S('aa') }, (s1) => s1 <= 'aa'],
    ['s1 > :x', { ':x': S('a') }, (s1) => s1 > 'a'],
    ['s1 >= :x', { ':x': S('a') }, (s1) => s1 >= 'a'],
    ['s1 BETWEEN :x AND :y', { ':x': S('a'), ':y': S('aa') }, (s1) => s1 === 'a' || s1 === 'aa'],
    ['begins_with(s1, :x)', { ':x': S('a') }, (s1) => s1.startsWith('a')],
    ['s1 = :x AND s2 = :y', { ':x': S('a'), ':y': N(2) }, (s1, s2) => s1 === 'a' && s2 === 2],
    ['s2 = :y AND s1 = :x', { ':x': S('a'), ':y': N(2) }, (s1, s2) => s1 === 'a' && s2 === 2],
    ['s1 = :x AND s2 < :y', { ':x': S('a'), ':y': N(0) }, (s1, s2) => s1 === 'a' && s2 < 0],
    ['s1 = :x AND s2 <= :y', { ':x': S('a'), ':y': N(0) }, (s1, s2) => s1 === 'a' && s2 <= 0],
    ['s1 = :x AND s2 > :y', { ':x': S('a'), ':y': N(0) }, (s1, s2) => s1 === 'a' && s2 > 0],
    ['s1 = :x AND s2 >= :y', { ':x': S('a'), ':y': N(0) }, (s1, s2) => s1 === 'a' && s2 >= 0],
    [
      's1 = :x AND s2 BETWEEN :y AND :z',
      { ':x': S('aa'), ':y': N(-1), ':z': N(5) },
      (s1, s2) => s1 === 'aa' && s2 >= -1 && s2 <= 5,
    ],
    [
      's1 = :x AND s2 = :y AND s3 = :z',
      { ':x': S('aa'), ':y': N('1e1'), ':z': S('xx') },
      (s1, s2, s3) => s1 === 'aa' && s2 === 10 && s3 === 'xx',
    ],
    [
      's1 = :x AND s2 = :y AND s3 > :z',
      { ':x': S('b'), ':y': N(-10), ':z': S('x') },
      (s1, s2, s3) => s1 === 'b' && s2 === -10 && s3 > 'x',
    ],
    [
      's1 = :x AND s2 = :y AND begins_with(s3, :z)',
      { ':x': S('b'), ':y': N(-10), ':z': S('x') },
      (s1, s2, s3) => s1 === 'b' && s2 === -10 && s3.startsWith('x'),
    ],
    ['s1 = :x AND s2 = :y', { ':x': S('none'), ':y': N(2) }, () => false],
  ])('%s, %j', async (condition, values, holds) => {
    const expected = partition.filter((row) => holds(...tuple(row)));
    const answer = await ok('Query', query(condition, values));
    expect(answer.Items).toEqual(expected);
    const backward = await ok('Query', query(condition, values, { ScanIndexForward: false }));
    expect(backward.Items).toEqual([...expected].reverse());
  });

  test.each([1, 7])('in pages of %d gives every item once', async (size) => {
    for (const forward of [true, false]) {
      const found: Item[] = [];
      const request = query('s1 = :x', { ':x': S('a') }, { ScanIndexForward: forward });
      for await (const page of paginateQuery({ client, pageSize: size }, request)) {
        found.push(...(page.Items as Item[]));
        if (page.LastEvaluatedKey) {
          const names = ['id', 'p1', 'p2', 's1', 's2', 's3'];
          expect(Object.keys(page.LastEvaluatedKey).sort()).toEqual(names);
        }
      }
      const expected = partition.filter((row) => tuple(row)[0] === 'a');
      expect(found).toEqual(forward ? expected : expected.reverse());
    }
  });

  test('the document client, names in place of attributes', async () => {
    const answer = await documents.send(
      new DocumentQuery({
        TableName: table,
        IndexName: 'multi',
        KeyConditionExpression: '#p1 = :p1 AND #p2 = :p2 AND #s1 = :s1 AND #s2 > :s2',
        ExpressionAttributeNames: { '#p1': 'p1', '#p2': 'p2', '#s1': 's1', '#s2': 's2' },
        ExpressionAttributeValues: { ':p1': 'p', ':p2': 1, ':s1': 'b', ':s2': 2 },
      }),
    );
    expect(answer.Items!.map((item) => item.s3)).toEqual(s3);
  });

  test('KeyConditions, from before expressions', async () => {
    const equal = (value: object) => ({ ComparisonOperator: 'EQ', AttributeValueList: [value] });
    const conditions = { p1: equal(S('p')), p2: equal(N(1)), s1: equal(S('b')), s2: equal(N(2)) };
    const { Items: items } = await ok('Query', {
      TableName: table,
      IndexName: 'multi',
      KeyConditions: conditions,
    });
    expect(items.map((item: Row) => item.s3.S)).toEqual(s3);
  });

  test('a Scan, whole and in segments', async () => {
    expectSame(
      await held(table, 'multi'),
      (await held(table)).filter((item) => item.p1),
    );
    const segments = await Promise.all(
      [0, 1, 2].map((segment) =>
        ok('Scan', { TableName: table, IndexName: 'multi', TotalSegments: 3, Segment: segment }),
      ),
    );
    expectSame(
      segments.flatMap((answer) => answer.Items),
      await held(table, 'multi'),
    );
  });

  const refused = (name: string, change: object, message?: string | RegExp): RefusedCase => ({
    name,
    request: () => ({ ...query(''), ...change }),
    error: 'ValidationException',
    message,
  });
  const condition = (expression: string, values: object) => ({
    KeyConditionExpression: expression,
    ExpressionAttributeValues: values,
  });
  const { ':p1': p1, ':p2': p2 } = parts;
  const row = partition[20];
  const begin = /^The provided starting key is invalid/;
  // The documentation says what is refused and not how.
  const unfit = /^Query (condition missed key schema element|key condition not supported)/;

  describe('refuses', () => {
    refuses('Query', [
      refused(
        'one partition attribute of two',
        condition('p1 = :p1', { ':p1': p1 }),
        'Query condition missed key schema element: p2',
      ),
      refused(
        'the other partition attribute',
        condition('p2 = :p2', { ':p2': p2 }),
        'Query condition missed key schema element: p1',
      ),
      refused(
        'a partition attribute and a sort attribute',
        condition('p1 = :p1 AND s1 = :s', { ':p1': p1, ':s': S('a') }),
        'Query condition missed key schema element: p2',
      ),
      refused(
        'a partition attribute without equality',
        condition('p1 = :p1 AND p2 > :p2', parts),
        'Query key condition not supported',
      ),
      refused(
        'a sort attribute without the one before it',
        condition(`${both} AND s2 = :s`, { ...parts, ':s': N(1) }),
        unfit,
      ),
      refused(
        'a sort attribute without the one between',
        condition(`${both} AND s1 = :s AND s3 = :t`, { ...parts, ':s': S('a'), ':t': S('x') }),
        unfit,
      ),
      refused(
        'a range of a sort attribute before the last one given',
        condition(`${both} AND s1 > :s AND s2 = :t`, { ...parts, ':s': S('a'), ':t': N(1) }),
        unfit,
      ),
      refused(
        'two ranges',
        condition(`${both} AND s1 > :s AND s2 > :t`, { ...parts, ':s': S('a'), ':t': N(1) }),
        unfit,
      ),
      refused(
        'a beginning before the last one given',
        condition(`${both} AND begins_with(s1, :s) AND s2 = :t`, {
          ...parts,
          ':s': S('a'),
          ':t': N(1),
        }),
        unfit,
      ),
      refused(
        'an attribute that is no key',
        condition(`${both} AND id = :s`, { ...parts, ':s': S('a') }),
        unfit,
      ),
      refused(
        'two conditions on one sort attribute',
        condition(`${both} AND s1 > :s AND s1 < :t`, { ...parts, ':s': S('a'), ':t': S('b') }),
        'KeyConditionExpressions must only contain one condition per key',
      ),
      refused(
        'a value of another type for a partition attribute',
        condition(both, { ...parts, ':p2': S('1') }),
        `${invalid}Condition parameter type does not match schema type`,
      ),
      refused(
        'a value of another type for a sort attribute',
        condition(`${both} AND s1 = :s AND s2 = :t`, { ...parts, ':s': S('a'), ':t': S('1') }),
        `${invalid}Condition parameter type does not match schema type`,
      ),
      refused(
        'consistent reads',
        { ConsistentRead: true },
        'Consistent reads are not supported on global secondary indexes',
      ),
      ...['p2', 's1', 's3'].map((name) =>
        refused(
          `a filter on ${name}`,
          { FilterExpression: `attribute_exists(${name})` },
          `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`,
        ),
      ),
      ...['id', 'p2', 's2', 's3'].map((name) =>
        refused(
          `a start key without ${name}`,
          {
            ExclusiveStartKey: pick(
              row,
              Object.keys(row).filter((other) => other !== name),
            ),
          },
          begin,
        ),
      ),
      refused(
        'a start key of another partition',
        { ExclusiveStartKey: { ...row, p2: N(2) } },
        'The provided starting key is outside query boundaries based on provided conditions',
      ),
    ]);
  });
});
