// Filters on what an index gives.
import { beforeAll, describe, expect, test } from 'vitest';
import { call, expectError } from '../support/service.ts';
import { index, invalid, makeIndexed, N, put, S } from './tables.ts';

let table: string;
beforeAll(async () => {
  table = await makeIndexed(
    {
      keys: 'a:S b:S',
      attributes: 'c:S d:N',
      local: [index('local', 'a / d', ['x'])],
      global: [index('global', 'c / d', ['x'])],
    },
    'filters',
  );
  for (let n = 0; n < 8; ++n) {
    const rest = { c: S('c'), d: N(n), x: N(n % 2), y: N(n % 2) };
    await put(table, { a: S('p'), b: S(`b${n % 4}${n}`), ...rest });
  }
});

const kinds = [
  { kind: 'local', partition: 'a', value: 'p' },
  { kind: 'global', partition: 'c', value: 'c' },
];
const names = (items: { d: { N: string } }[]) => items.map((item) => Number(item.d.N)).sort();

describe.each(kinds)('of a $kind index', (of) => {
  const { kind, partition, value } = of;
  const query = (filter: string, values: object, more: object = {}) =>
    call('Query', {
      TableName: table,
      IndexName: kind,
      KeyConditionExpression: `${partition} = :p`,
      FilterExpression: filter,
      ExpressionAttributeValues: { ':p': S(value), ...values },
      ...more,
    });
  const scan = (filter: string, values: object, more: object = {}) =>
    call('Scan', {
      TableName: table,
      IndexName: kind,
      FilterExpression: filter,
      ExpressionAttributeValues: values,
      ...more,
    });
  const legacy = (name: string, given: object) => ({
    [name]: { ComparisonOperator: 'EQ', AttributeValueList: [given] },
  });

  test.each<[string, object, number[]]>([
    ['x = :x', { ':x': N(1) }, [1, 3, 5, 7]],
    ['begins_with(b, :b)', { ':b': S('b3') }, [3, 7]],
    ['attribute_not_exists(x)', {}, []],
    ['x = :x AND (b > :b OR b = :b)', { ':x': N(0), ':b': S('b2') }, [2, 6]],
  ])('%s, %j', async (filter, values, expected) => {
    const empty = Object.keys(values).length === 0;
    for (const answer of [
      await query(filter, values),
      await scan(filter, values, empty ? { ExpressionAttributeValues: undefined } : {}),
    ]) {
      expect(answer.status, answer.text).toBe(200);
      expect(names(answer.body.Items)).toEqual(expected);
      expect(answer.body).toMatchObject({ Count: expected.length, ScannedCount: 8 });
    }
  });

  test('are applied after the limit', async () => {
    const { body } = await query('x = :x', { ':x': N(1) }, { Limit: 4 });
    expect(names(body.Items)).toEqual([1, 3]);
    expect(body).toMatchObject({ Count: 2, ScannedCount: 4 });
    expect(body.LastEvaluatedKey).toMatchObject({ a: S('p'), d: N(3) });
  });

  test('of a COUNT', async () => {
    const { body } = await query('x = :x', { ':x': N(1) }, { Select: 'COUNT' });
    expect(body).toEqual({ Count: 4, ScannedCount: 8 });
  });

  test('a Query does not filter by the keys of the index', async () => {
    const message = (name: string, filter = 'Filter Expression') =>
      `${filter} can only contain non-primary key attributes: Primary key attribute: ${name}`;
    for (const [name, given] of [
      [partition, S(value)],
      ['d', N(1)],
    ] as const) {
      expectError(
        await query(`${name} = :x`, { ':x': given }),
        'ValidationException',
        message(name),
      );
      const answer = await call('Query', {
        TableName: table,
        IndexName: kind,
        KeyConditions: legacy(partition, S(value)),
        QueryFilter: legacy(name, given),
      });
      expectError(answer, 'ValidationException', message(name, 'QueryFilter'));
    }
  });

  test('a Scan does', async () => {
    const { body } = await scan(
      'd > :d AND #p = :p',
      { ':d': N(5), ':p': S(value) },
      {
        ExpressionAttributeNames: { '#p': partition },
      },
    );
    expect(names(body.Items)).toEqual([6, 7]);
  });

  test('an attribute that the index has not is refused', async () => {
    const message = (name: string) =>
      `${invalid}Secondary index ${kind} does not project one or more filter attributes: [${name}]`;
    for (const answer of [
      await query('y = :x', { ':x': N(1) }),
      await query('y = :x', { ':x': N(1) }, { Select: 'COUNT' }),
      await scan('y = :x', { ':x': N(1) }),
      await call('Query', {
        TableName: table,
        IndexName: kind,
        KeyConditions: legacy(partition, S(value)),
        QueryFilter: legacy('y', N(1)),
      }),
      await call('Scan', { TableName: table, IndexName: kind, ScanFilter: legacy('y', N(1)) }),
    ]) {
      expectError(answer, 'ValidationException', message('y'));
    }
    const nested = await query('x = :x AND y.z = :x', { ':x': N(1) });
    expectError(nested, 'ValidationException', message('y'));
  });
});
