import { paginateQuery, QueryCommand } from '@aws-sdk/client-dynamodb';
import { QueryCommand as DocumentQuery } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  client,
  constraint,
  documents,
  makeTable,
  ok,
  refuses,
  type RefusedCase,
} from '../support/service.ts';

type Sorted = { name: string; keys: string; values: object[] };

// Sort keys of each type in the order in which they must come out.
const strings = ['A', 'B', 'a', 'aa', 'ab', 'b', 'é', 'ﬀ', '😀'].map((S) => ({ S }));
const numbers = [
  `-${'9'.repeat(38)}${'0'.repeat(88)}`,
  '-100',
  '-12.5',
  '-1',
  '-0.001',
  '0',
  '0.' + '1'.padStart(130, '0'),
  '0.5',
  '1',
  '9',
  '10',
  '12345678901234567890123456789012345678',
  '1'.padEnd(126, '0'),
].map((N) => ({ N }));
const blobs = ['00', '0000', '0001', '01', '7f', '80', 'fe', 'ff', 'ff00', 'ffff'].map((hex) => ({
  B: Buffer.from(hex, 'hex').toString('base64'),
}));

const orders: Sorted[] = [
  { name: 'strings', keys: 'p:S s:S', values: strings },
  { name: 'numbers', keys: 'p:S s:N', values: numbers },
  { name: 'blobs', keys: 'p:S s:B', values: blobs },
];

describe('Query', () => {
  let words: string;
  let counts: string;
  let single: string;
  const word = (s: string) => ({ p: { S: 'words' }, s: { S: s }, n: { N: String(s.length) } });
  const all = ['', 'a', 'aa', 'ab', 'abc', 'b', 'ba', 'c'].slice(1);

  beforeAll(async () => {
    [words, counts, single] = await Promise.all(
      ['p:S s:S', 'p:S s:N', 'p:S'].map((keys) => makeTable(keys, 'query')),
    );
    for (const s of all) await ok('PutItem', { TableName: words, Item: word(s) });
    // Neighbours, which no query of 'words' may give.
    for (const p of ['word', 'words2', 'wordt']) {
      await ok('PutItem', { TableName: words, Item: { ...word('x'), p: { S: p } } });
    }
    for (let n = 0; n < 20; ++n) {
      await ok('PutItem', { TableName: counts, Item: { p: { S: 'c' }, s: { N: String(n) } } });
    }
    await ok('PutItem', { TableName: single, Item: { p: { S: 'x' }, v: { N: '1' } } });
  });

  const query = (condition: string, values: object, more: object = {}) =>
    ok('Query', {
      TableName: words,
      KeyConditionExpression: condition,
      ExpressionAttributeValues: { ':p': { S: 'words' }, ...values },
      ...more,
    });
  const sortKeys = (answer: { Items: { s: { S: string } }[] }) =>
    answer.Items.map((item) => item.s.S);

  test('gives the items of one partition in order', async () => {
    const answer = await query('p = :p', {});
    expect(answer).toEqual({ Items: all.map(word), Count: 7, ScannedCount: 7 });
  });

  test('backwards', async () => {
    const answer = await query('p = :p', {}, { ScanIndexForward: false, ConsistentRead: true });
    expect(sortKeys(answer)).toEqual([...all].reverse());
  });

  test('gives nothing for a partition that is not there', async () => {
    expect(await query('p = :p', { ':p': { S: 'none' } })).toEqual({
      Items: [],
      Count: 0,
      ScannedCount: 0,
    });
  });

  test('a table without a sort key', async () => {
    const answer = await client.send(
      new QueryCommand({
        TableName: single,
        KeyConditionExpression: 'p = :p',
        ExpressionAttributeValues: { ':p': { S: 'x' } },
      }),
    );
    expect(answer.Items).toEqual([{ p: { S: 'x' }, v: { N: '1' } }]);
  });

  test('the document client', async () => {
    const answer = await documents.send(
      new DocumentQuery({
        TableName: counts,
        KeyConditionExpression: 'p = :p AND s BETWEEN :a AND :b',
        ExpressionAttributeValues: { ':p': 'c', ':a': 9, ':b': 11 },
      }),
    );
    expect(answer.Items).toEqual([9, 10, 11].map((s) => ({ p: 'c', s })));
  });

  test.each<[string, object, string[]]>([
    ['p = :p AND s = :a', { ':a': { S: 'ab' } }, ['ab']],
    ['p = :p AND s = :a', { ':a': { S: 'nosuch' } }, []],
    ['p = :p AND s < :a', { ':a': { S: 'ab' } }, ['a', 'aa']],
    ['p = :p AND s <= :a', { ':a': { S: 'ab' } }, ['a', 'aa', 'ab']],
    ['p = :p AND s > :a', { ':a': { S: 'ab' } }, ['abc', 'b', 'ba', 'c']],
    ['p = :p AND s >= :a', { ':a': { S: 'ab' } }, ['ab', 'abc', 'b', 'ba', 'c']],
    ['p = :p AND s BETWEEN :a AND :b', { ':a': { S: 'ab' }, ':b': { S: 'b' } }, ['ab', 'abc', 'b']],
    ['p = :p AND s BETWEEN :a AND :a', { ':a': { S: 'ab' } }, ['ab']],
    ['p = :p AND begins_with(s, :a)', { ':a': { S: 'a' } }, ['a', 'aa', 'ab', 'abc']],
    ['p = :p AND begins_with(s, :a)', { ':a': { S: 'abcd' } }, []],
    ['s > :a AND p = :p', { ':a': { S: 'b' } }, ['ba', 'c']],
    ['(p = :p) AND (s > :a)', { ':a': { S: 'b' } }, ['ba', 'c']],
    ['p = :p and s between :a and :b', { ':a': { S: 'b' }, ':b': { S: 'zz' } }, ['b', 'ba', 'c']],
    [':p = p AND :a < s', { ':a': { S: 'b' } }, ['ba', 'c']],
  ])('%s with %j', async (condition, values, expected) => {
    expect(sortKeys(await query(condition, values))).toEqual(expected);
    const backward = await query(condition, values, { ScanIndexForward: false });
    expect(sortKeys(backward)).toEqual([...expected].reverse());
  });

  test('names in place of attributes', async () => {
    const answer = await query(
      '#p = :p AND #s = :a',
      { ':a': { S: 'a' } },
      { ExpressionAttributeNames: { '#p': 'p', '#s': 's' } },
    );
    expect(sortKeys(answer)).toEqual(['a']);
  });

  test.each(orders)('$name come in the order of their type', async ({ name, keys, values }) => {
    const table = await makeTable(keys, `order-${name}`);
    const shuffled = [...values].sort(() => Math.random() - 0.5);
    for (const s of shuffled) await ok('PutItem', { TableName: table, Item: { p: { S: 'p' }, s } });
    const request = {
      TableName: table,
      KeyConditionExpression: 'p = :p',
      ExpressionAttributeValues: { ':p': { S: 'p' } },
    };
    const found = (answer: { Items: { s: object }[] }) => answer.Items.map((item) => item.s);
    expect(found(await ok('Query', request))).toEqual(values);
    expect(found(await ok('Query', { ...request, ScanIndexForward: false }))).toEqual(
      [...values].reverse(),
    );
    // Every key in turn as a boundary.
    for (const [place, s] of values.entries()) {
      const boundary = { ExpressionAttributeValues: { ':p': { S: 'p' }, ':s': s } };
      for (const [operator, expected] of [
        ['<', values.slice(0, place)],
        ['>=', values.slice(place)],
      ] as const) {
        const answer = await ok('Query', {
          ...request,
          ...boundary,
          KeyConditionExpression: `p = :p AND s ${operator} :s`,
        });
        expect(found(answer)).toEqual(expected);
      }
    }
  });

  describe('pages', () => {
    const page = (more: object) =>
      ok('Query', {
        TableName: counts,
        KeyConditionExpression: 'p = :p',
        ExpressionAttributeValues: { ':p': { S: 'c' } },
        ...more,
      });
    const row = (n: number) => ({ p: { S: 'c' }, s: { N: String(n) } });

    test('a limit cuts and says where to go on', async () => {
      const first = await page({ Limit: 7 });
      expect(first).toMatchObject({ Count: 7, ScannedCount: 7, LastEvaluatedKey: row(6) });
      const second = await page({ Limit: 7, ExclusiveStartKey: first.LastEvaluatedKey });
      expect(second.Items).toEqual([7, 8, 9, 10, 11, 12, 13].map(row));
    });

    test('a limit that is just reached still gives a key to go on from', async () => {
      const exact = await page({ Limit: 20 });
      expect(exact.LastEvaluatedKey).toEqual(row(19));
      expect(await page({ ExclusiveStartKey: row(19) })).toEqual({
        Items: [],
        Count: 0,
        ScannedCount: 0,
      });
      expect((await page({ Limit: 21 })).LastEvaluatedKey).toBeUndefined();
    });

    test.each([true, false])('forward %s: pages of 3 give every item once', async (forward) => {
      const seen: string[] = [];
      const pages = paginateQuery(
        { client, pageSize: 3 },
        {
          TableName: counts,
          KeyConditionExpression: 'p = :p',
          ExpressionAttributeValues: { ':p': { S: 'c' } },
          ScanIndexForward: forward,
        },
      );
      for await (const { Items } of pages) seen.push(...Items!.map((item) => item.s.N!));
      const expected = Array.from({ length: 20 }, (_, n) => String(n));
      expect(seen).toEqual(forward ? expected : expected.reverse());
    });

    test('a start key need not be there', async () => {
      const answer = await page({ ExclusiveStartKey: { p: { S: 'c' }, s: { N: '17.5' } } });
      expect(answer.Items).toEqual([18, 19].map(row));
    });

    test('a start key and a sort key condition work together', async () => {
      const answer = await page({
        KeyConditionExpression: 'p = :p AND s < :s',
        ExpressionAttributeValues: { ':p': { S: 'c' }, ':s': { N: '12' } },
        ExclusiveStartKey: row(9),
      });
      expect(answer.Items).toEqual([10, 11].map(row));
    });

    test('a page ends at 1 MB', async () => {
      const table = await makeTable('p:S s:N', 'megabyte');
      const text = { S: 'x'.repeat(100_000) };
      for (let n = 0; n < 24; ++n) {
        const item = { p: { S: 'c' }, s: { N: String(n) }, text };
        await ok('PutItem', { TableName: table, Item: item });
      }
      const counted: number[] = [];
      let from: object | undefined;
      do {
        const answer = await page({
          TableName: table,
          ExclusiveStartKey: from,
          ReturnConsumedCapacity: 'TOTAL',
        });
        expect(answer.ConsumedCapacity.CapacityUnits).toBeLessThan(150);
        counted.push(answer.Count);
        from = answer.LastEvaluatedKey;
      } while (from);
      // 1 MB is 10.5 of these items: a page ends with the one that crosses it.
      expect(counted.filter((count) => count > 0)).toEqual([11, 11, 2]);
    });
  });

  test('Select COUNT gives the number alone', async () => {
    expect(await query('p = :p', {}, { Select: 'COUNT' })).toEqual({ Count: 7, ScannedCount: 7 });
  });

  test('a projection gives those attributes', async () => {
    const answer = await query(
      'p = :p AND s = :a',
      { ':a': { S: 'abc' } },
      { ProjectionExpression: 'n', Select: 'SPECIFIC_ATTRIBUTES' },
    );
    expect(answer.Items).toEqual([{ n: { N: '3' } }]);
  });

  test('a filter is applied after the limit', async () => {
    const answer = await query(
      'p = :p',
      { ':two': { N: '2' } },
      { FilterExpression: 'n = :two', Limit: 4 },
    );
    expect(answer.Items.map((item: { s: object }) => item.s)).toEqual([{ S: 'aa' }, { S: 'ab' }]);
    expect(answer).toMatchObject({ Count: 2, ScannedCount: 4 });
    expect(answer.LastEvaluatedKey).toEqual({ p: { S: 'words' }, s: { S: 'abc' } });
  });

  test('consumed capacity is that of all that was read, at once', async () => {
    const units = async (more: object) =>
      (await query('p = :p', {}, { ReturnConsumedCapacity: 'TOTAL', ...more })).ConsumedCapacity;
    expect(await units({})).toEqual({ TableName: words, CapacityUnits: 0.5 });
    expect(await units({ ConsistentRead: true })).toEqual({ TableName: words, CapacityUnits: 1 });
    expect(await units({ ReturnConsumedCapacity: 'INDEXES' })).toEqual({
      TableName: words,
      CapacityUnits: 0.5,
      Table: { CapacityUnits: 0.5 },
    });
    const none = await query(
      'p = :p',
      { ':p': { S: 'none' } },
      { ReturnConsumedCapacity: 'TOTAL' },
    );
    expect(none.ConsumedCapacity.CapacityUnits).toBe(0.5);
  });

  const refused = (
    name: string,
    change: object,
    message: string | RegExp,
    error = 'ValidationException',
  ): RefusedCase => ({
    name,
    request: () => ({
      TableName: words,
      KeyConditionExpression: 'p = :p',
      ExpressionAttributeValues: { ':p': { S: 'x' } },
      ...change,
    }),
    error,
    message,
  });
  const condition = (expression: string, extra: object = { ':s': { S: 'x' } }) => ({
    KeyConditionExpression: expression,
    ExpressionAttributeValues: { ':p': { S: 'x' }, ...extra },
  });

  describe('refuses', () => {
    refuses('Query', [
      refused(
        'no condition',
        { KeyConditionExpression: undefined, ExpressionAttributeValues: undefined },
        'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
      ),
      refused(
        'an empty condition',
        { KeyConditionExpression: '' },
        'Invalid KeyConditionExpression: The expression can not be empty;',
      ),
      refused(
        'a table that is not there',
        { TableName: 'nosuch-table' },
        'Requested resource not found',
        'ResourceNotFoundException',
      ),
      refused(
        'an index that is not there',
        { IndexName: 'nosuch' },
        'The table does not have the specified index: nosuch',
      ),
      refused(
        'a limit of nothing',
        { Limit: 0 },
        constraint('limit', "'0'", 'Member must have value greater than or equal to 1'),
      ),
      refused(
        'another word for Select',
        { Select: 'X' },
        constraint(
          'select',
          "'X'",
          'Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]',
        ),
      ),
      refused(
        'a condition on the sort key alone',
        condition('s = :s', { ':p': undefined, ':s': { S: 'x' } }),
        'Query condition missed key schema element: p',
      ),
      refused(
        'a condition on another attribute',
        condition('p = :p AND n = :s'),
        'Query condition missed key schema element: s',
      ),
      refused(
        'a partition key without equality',
        condition('p > :p', {}),
        'Query key condition not supported',
      ),
      refused(
        'or',
        condition('p = :p OR s = :s'),
        'Invalid operator used in KeyConditionExpression: OR',
      ),
      refused(
        'not equal',
        condition('p = :p AND s <> :s'),
        'Invalid operator used in KeyConditionExpression: <>',
      ),
      refused(
        'two conditions on the sort key',
        condition('p = :p AND s > :s AND s < :s'),
        'KeyConditionExpressions must only contain one condition per key',
      ),
      refused(
        'a function of the sort key',
        condition('p = :p AND size(s) = :s'),
        'KeyConditionExpressions cannot contain nested operations',
      ),
      refused(
        'a beginning of a number',
        condition('p = :p AND begins_with(s, :s)', { ':s': { N: '1' } }),
        'Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
      ),
      refused(
        'a range the wrong way round',
        condition('p = :p AND s BETWEEN :a AND :b', { ':a': { S: 'b' }, ':b': { S: 'a' } }),
        'Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}',
      ),
      refused(
        'a key value of another type',
        condition('p = :n', { ':p': undefined, ':n': { N: '1' } }),
        'One or more parameter values were invalid: Condition parameter type does not match schema type',
      ),
      refused(
        'an undefined value',
        condition('p = :q', { ':p': { S: 'x' } }),
        'Invalid KeyConditionExpression: An expression attribute value used in expression is not defined; attribute value: :q',
      ),
      refused(
        'an unused value',
        condition('p = :p', { ':s': { S: 'x' } }),
        'Value provided in ExpressionAttributeValues unused in expressions: keys: {:s}',
      ),
      refused(
        'COUNT with a projection',
        { Select: 'COUNT', ProjectionExpression: 'n' },
        'Cannot specify the ProjectionExpression when choosing to get only the Count',
      ),
      refused(
        'projected attributes without an index',
        { Select: 'ALL_PROJECTED_ATTRIBUTES' },
        'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
      ),
      refused(
        'a filter on the key',
        {
          FilterExpression: 's = :s',
          ExpressionAttributeValues: { ':p': { S: 'x' }, ':s': { S: 'x' } },
        },
        'Filter Expression can only contain non-primary key attributes: Primary key attribute: s',
      ),
      refused(
        'half a start key',
        { ExclusiveStartKey: { p: { S: 'x' } } },
        /^The provided starting key is invalid/,
      ),
      refused(
        'a start key of another partition',
        { ExclusiveStartKey: { p: { S: 'y' }, s: { S: 'x' } } },
        /^The provided starting key is (invalid|outside query boundaries)/,
      ),
    ]);
  });
});
