import { paginateScan, ScanCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  client,
  constraint,
  makeTable,
  ok,
  refuses,
  type RefusedCase,
} from '../support/service.ts';

describe('Scan', () => {
  let table: string;
  const count = 120;
  const item = (n: number) => ({
    id: { S: `item-${n}` },
    n: { N: String(n) },
    parity: { S: n % 2 ? 'odd' : 'even' },
  });
  const all = Array.from({ length: count }, (_, n) => n);
  beforeAll(async () => {
    table = await makeTable('id:S', 'scan');
    await Promise.all(all.map((n) => ok('PutItem', { TableName: table, Item: item(n) })));
  });

  type Row = { n: { N: string } };
  const numbersOf = (items: Row[]) => items.map((row) => Number(row.n.N)).sort((a, b) => a - b);
  const scan = (more: object = {}) => ok('Scan', { TableName: table, ...more });

  test('gives every item once', async () => {
    const answer = await scan({ ConsistentRead: true });
    expect(numbersOf(answer.Items)).toEqual(all);
    expect(answer).toMatchObject({ Count: count, ScannedCount: count });
    expect(answer.LastEvaluatedKey).toBeUndefined();
    expect(answer.Items).toContainEqual(item(7));
  });

  test('an empty table', async () => {
    const empty = await makeTable('id:S', 'empty');
    expect(await ok('Scan', { TableName: empty })).toEqual({
      Items: [],
      Count: 0,
      ScannedCount: 0,
    });
  });

  test.each([1, 7, 50, 120, 200])('pages of %i give every item once', async (pageSize) => {
    const seen: number[] = [];
    for await (const { Items } of paginateScan({ client, pageSize }, { TableName: table })) {
      expect(Items!.length).toBeLessThanOrEqual(pageSize);
      seen.push(...Items!.map((row) => Number(row.n.N)));
    }
    expect(seen.sort((a, b) => a - b)).toEqual(all);
  });

  test.each([1, 2, 3, 10, 1000])('%i segments together give every item once', async (total) => {
    const segments = total === 1000 ? [] : Array.from({ length: total }, (_, index) => index);
    const parts = await Promise.all(
      segments.map(async (Segment) => {
        const seen: Row[] = [];
        let from: object | undefined;
        do {
          const answer = await scan({
            Segment,
            TotalSegments: total,
            Limit: 11,
            ExclusiveStartKey: from,
          });
          seen.push(...answer.Items);
          from = answer.LastEvaluatedKey;
        } while (from);
        return seen;
      }),
    );
    if (total === 1000) {
      const counts = await Promise.all(
        Array.from({ length: total }, async (_, Segment) => {
          return (await scan({ Segment, TotalSegments: total, Select: 'COUNT' })).Count;
        }),
      );
      expect(counts.reduce((sum, part) => sum + part, 0)).toBe(count);
      return;
    }
    expect(numbersOf(parts.flat())).toEqual(all);
    // No segment is left out where there are far fewer segments than items.
    if (total <= 3) expect(parts.every((part) => part.length > 0)).toBe(true);
  });

  test('a filter leaves items out after they were read', async () => {
    const answer = await client.send(
      new ScanCommand({
        TableName: table,
        FilterExpression: 'parity = :p AND n < :n',
        ExpressionAttributeValues: { ':p': { S: 'odd' }, ':n': { N: '10' } },
      }),
    );
    expect(numbersOf(answer.Items as Row[])).toEqual([1, 3, 5, 7, 9]);
    expect(answer).toMatchObject({ Count: 5, ScannedCount: count });
  });

  test('Select COUNT and a projection', async () => {
    expect(await scan({ Select: 'COUNT' })).toEqual({ Count: count, ScannedCount: count });
    const { Items: items } = await scan({ ProjectionExpression: 'n' });
    expect(Object.keys(items[0])).toEqual(['n']);
    expect(numbersOf(items)).toEqual(all);
  });

  test('consumed capacity', async () => {
    const large = await makeTable('id:S', 'capacity');
    for (const id of ['a', 'b', 'c']) {
      const text = { S: 'x'.repeat(4000) };
      await ok('PutItem', { TableName: large, Item: { id: { S: id }, text } });
    }
    const units = async (more: object) =>
      (await ok('Scan', { TableName: large, ReturnConsumedCapacity: 'TOTAL', ...more }))
        .ConsumedCapacity;
    // Some 12,000 bytes are read at once: three units, half of them when eventually consistent.
    expect(await units({})).toEqual({ TableName: large, CapacityUnits: 1.5 });
    expect(await units({ ConsistentRead: true, ReturnConsumedCapacity: 'INDEXES' })).toEqual({
      TableName: large,
      CapacityUnits: 3,
      Table: { CapacityUnits: 3 },
    });
    expect((await units({ Select: 'COUNT' })).CapacityUnits).toBe(1.5);
  });

  test('a page ends at 1 MB', async () => {
    const large = await makeTable('id:S', 'megabyte');
    for (let n = 0; n < 24; ++n) {
      const row = { ...item(n), text: { S: 'x'.repeat(100_000) } };
      await ok('PutItem', { TableName: large, Item: row });
    }
    const counted: number[] = [];
    const seen: Row[] = [];
    let from: object | undefined;
    do {
      const answer = await ok('Scan', { TableName: large, ExclusiveStartKey: from });
      counted.push(answer.Count);
      seen.push(...answer.Items);
      from = answer.LastEvaluatedKey;
    } while (from);
    // 1 MB is 10.5 of these items: a page ends with the one that crosses it.
    expect(counted.filter((part) => part > 0)).toEqual([11, 11, 2]);
    expect(numbersOf(seen)).toEqual(all.slice(0, 24));
  });

  test('a scan while items come and go gives those that stay exactly once', async () => {
    const moving = await makeTable('id:S', 'moving');
    const stay = all.slice(0, 60);
    await Promise.all(stay.map((n) => ok('PutItem', { TableName: moving, Item: item(n) })));
    let running = true;
    const churn = async () => {
      for (let n = 1000; running; ++n) {
        await ok('PutItem', { TableName: moving, Item: item(n) });
        await ok('DeleteItem', { TableName: moving, Key: { id: item(n).id } });
      }
    };
    const churning = churn();
    const seen: Row[] = [];
    for await (const { Items } of paginateScan({ client, pageSize: 3 }, { TableName: moving })) {
      seen.push(...(Items as Row[]));
    }
    running = false;
    await churning;
    expect(numbersOf(seen).filter((n) => n < 1000)).toEqual(stay);
  });

  const refused = (
    name: string,
    change: object,
    message: string | RegExp,
    error = 'ValidationException',
  ): RefusedCase => ({
    name,
    request: () => ({ TableName: table, ...change }),
    error,
    message,
  });

  describe('refuses', () => {
    refuses('Scan', [
      refused(
        'no table',
        { TableName: undefined },
        constraint('tableName', 'null', 'Member must not be null'),
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
        'a segment of nothing',
        { Segment: 0 },
        'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
      ),
      refused(
        'segments without a number',
        { TotalSegments: 2 },
        'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
      ),
      refused(
        'a segment past the last',
        { Segment: 2, TotalSegments: 2 },
        'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2',
      ),
      refused(
        'no segments',
        { Segment: 0, TotalSegments: 0 },
        constraint('totalSegments', "'0'", 'Member must have value greater than or equal to 1'),
      ),
      refused(
        'too many segments',
        { Segment: 0, TotalSegments: 1_000_001 },
        constraint(
          'totalSegments',
          "'1000001'",
          'Member must have value less than or equal to 1000000',
        ),
      ),
      refused(
        'a start key of another shape',
        { ExclusiveStartKey: { n: { N: '1' } } },
        'The provided starting key is invalid: The provided key element does not match the schema',
      ),
      refused(
        'a filter that is cut',
        { FilterExpression: 'n >' },
        'Invalid FilterExpression: Syntax error; token: "<EOF>", near: ">"',
      ),
      refused(
        'an undefined value in a filter',
        { FilterExpression: 'n = :n' },
        'Invalid FilterExpression: An expression attribute value used in expression is not defined; attribute value: :n',
      ),
    ]);
  });
});
