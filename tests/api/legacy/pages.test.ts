// KeyConditions, QueryFilter, ScanFilter and AttributesToGet, which were before expressions.
import { beforeAll, describe, expect, test } from 'vitest';
import { call, expectError, makeTable, ok } from '../support/service.ts';

const invalid = 'One or more parameter values were invalid: ';
const [S, N] = [(text: string) => ({ S: text }), (text: string) => ({ N: text })];
const compare = (op: string, ...values: object[]) => ({
  ComparisonOperator: op,
  AttributeValueList: values,
});

let table: string;
beforeAll(async () => {
  table = await makeTable('a:S b:N', 'pages');
  for (let n = 0; n < 4; ++n) {
    const item = { a: S('q'), b: N(`${n}`), s: S(`s${n}`), m: { M: { x: S('1') } } };
    await ok('PutItem', { TableName: table, Item: item });
  }
});

const partition = { a: compare('EQ', S('q')) };
const query = (conditions: object | undefined, more: object = {}) =>
  call('Query', { TableName: table, KeyConditions: conditions, ...more });
const scan = (filter: object | undefined, more: object = {}) =>
  call('Scan', { TableName: table, ScanFilter: filter, ...more });
const found = (answer: { body: { Items: { b: { N: string } }[] } }) =>
  answer.body.Items.map((item) => Number(item.b.N)).sort();

describe('KeyConditions', () => {
  test.each<[object, number[]]>([
    [{}, [0, 1, 2, 3]],
    [{ b: compare('EQ', N('1')) }, [1]],
    [{ b: compare('LT', N('1')) }, [0]],
    [{ b: compare('LE', N('1')) }, [0, 1]],
    [{ b: compare('GT', N('1')) }, [2, 3]],
    [{ b: compare('GE', N('3.0')) }, [3]],
    [{ b: compare('BETWEEN', N('1'), N('2')) }, [1, 2]],
  ])('%j', async (sort, items) => {
    expect(found((await query({ ...partition, ...sort })) as never)).toEqual(items);
  });

  test('begin with a text', async () => {
    const texts = await makeTable('a:S b:S', 'texts');
    for (const b of ['ab', 'abc', 'b']) {
      await ok('PutItem', { TableName: texts, Item: { a: S('q'), b: S(b) } });
    }
    const conditions = { ...partition, b: compare('BEGINS_WITH', S('ab')) };
    expect((await query(conditions, { TableName: texts })).body.Count).toBe(2);
  });

  test('may stand beside a FilterExpression', async () => {
    const answer = await query(partition, {
      FilterExpression: 's = :s',
      ExpressionAttributeValues: { ':s': S('s2') },
    });
    expect(found(answer as never)).toEqual([2]);
  });

  const cases: [object | undefined, string, object?][] = [
    [{ a: compare('LT', S('q')) }, 'Query key condition not supported'],
    [{ a: compare('BEGINS_WITH', S('q')) }, 'Query key condition not supported'],
    [{ b: compare('EQ', N('1')) }, 'Query condition missed key schema element: a'],
    [{ ...partition, z: compare('EQ', N('1')) }, 'Query condition missed key schema element: b'],
    [
      { ...partition, b: compare('EQ', N('1')), z: compare('EQ', N('1')) },
      'Conditions can be of length 1 or 2 only',
    ],
    [{}, 'Conditions can be of length 1 or 2 only'],
    [
      { a: { ComparisonOperator: 'EQ' } },
      `${invalid}Invalid number of argument(s) for the EQ ComparisonOperator`,
    ],
    [
      { ...partition, b: compare('BETWEEN', N('2'), N('1')) },
      'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
    ],
    [
      { ...partition, b: compare('BETWEEN', N('2'), S('1')) },
      `${invalid}AttributeValues inside AttributeValueList must be of same type`,
    ],
    [
      { ...partition, b: compare('BEGINS_WITH', N('1')) },
      `${invalid}ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type`,
    ],
    [
      { ...partition, b: compare('LT', { SS: ['1'] }) },
      `${invalid}ComparisonOperator LT is not valid for SS AttributeValue type`,
    ],
    [
      { ...partition, b: compare('EQ', S('1')) },
      `${invalid}Condition parameter type does not match schema type`,
    ],
    [{ a: compare('EQ', N('1')) }, `${invalid}Condition parameter type does not match schema type`],
    ...['NE', 'IN', 'CONTAINS', 'NOT_CONTAINS'].map((op): [object, string] => [
      { ...partition, b: compare(op, N('1')) },
      'Attempted conditional constraint is not an indexable operation',
    ]),
    [
      { ...partition, b: { ComparisonOperator: 'NOT_NULL' } },
      'Attempted conditional constraint is not an indexable operation',
    ],
    [
      { a: {} },
      "1 validation error detected: Value null at 'keyConditions.a.member.comparisonOperator' failed to " +
        'satisfy constraint: Member must not be null',
    ],
    [{ a: compare('EQ', { N: 'x' }) }, 'The parameter cannot be converted to a numeric value: x'],
    [
      undefined,
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
      { QueryFilter: { s: compare('EQ', S('s1')) } },
    ],
    [
      partition,
      'Can not use both expression and non-expression parameters in the same request: Non-expression ' +
        'parameters: {AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions} Expression ' +
        'parameters: {ProjectionExpression, FilterExpression, KeyConditionExpression}',
      {
        AttributesToGet: ['b'],
        QueryFilter: { s: compare('EQ', S('s1')) },
        ConditionalOperator: 'AND',
        ProjectionExpression: 's',
        FilterExpression: 's = :v',
        KeyConditionExpression: 'a = :v',
        ExpressionAttributeValues: { ':v': S('q') },
      },
    ],
  ];
  test.each(cases)('%j is refused: %s', async (conditions, message, more = {}) => {
    expectError(await query(conditions, more), 'ValidationException', message);
  });

  test('are checked before the table is looked for, and held against its key after that', async () => {
    const missing = { TableName: 'no-such-table' };
    expectError(await query({ a: compare('EQ') }, missing), 'ValidationException');
    expectError(await query({ a: compare('LT', S('q')) }, missing), 'ResourceNotFoundException');
  });
});

describe('filters', () => {
  const both: [object, number[]][] = [
    [{}, [0, 1, 2, 3]],
    [{ s: compare('EQ', S('s1')) }, [1]],
    [{ s: compare('IN', S('s1'), S('s3')) }, [1, 3]],
    [{ s: compare('CONTAINS', S('2')) }, [2]],
    [{ s: { ComparisonOperator: 'NULL' } }, []],
    [{ s: compare('GT', S('s0')), m: { ComparisonOperator: 'NOT_NULL' } }, [1, 2, 3]],
  ];
  test.each(both)('%j', async (filter, items) => {
    const answers = [await query(partition, { QueryFilter: filter }), await scan(filter)];
    for (const answer of answers) {
      expect(found(answer as never)).toEqual(items);
      expect(answer.body).toMatchObject({ Count: items.length, ScannedCount: 4 });
    }
  });

  test('joined by OR', async () => {
    const filter = { s: compare('EQ', S('s1')), m: { ComparisonOperator: 'NULL' } };
    const or = { ConditionalOperator: 'OR' };
    expect(found((await query(partition, { QueryFilter: filter, ...or })) as never)).toEqual([1]);
    expect(found((await scan({ ...filter, b: compare('EQ', N('2')) }, or)) as never)).toEqual([
      1, 2,
    ]);
  });

  test.each<[object, string]>([
    [{ s: compare('EQ') }, `${invalid}Invalid number of argument(s) for the EQ ComparisonOperator`],
    [
      { s: compare('LT', { SS: ['x'] }) },
      `${invalid}ComparisonOperator LT is not valid for SS AttributeValue type`,
    ],
  ])('%j is refused: %s', async (filter, message) => {
    for (const more of [{}, { TableName: 'no-such-table' }]) {
      const answer = await query(partition, { QueryFilter: filter, ...more });
      expectError(answer, 'ValidationException', message);
      expectError(await scan(filter, { Segment: 1, ...more }), 'ValidationException', message);
    }
  });

  test.each(['a', 'b'])('a Query does not filter by its key: %s', async (name) => {
    const filter = { [name]: { ComparisonOperator: 'NOT_NULL' } };
    expectError(
      await query(partition, { QueryFilter: filter }),
      'ValidationException',
      `QueryFilter can only contain non-primary key attributes: Primary key attribute: ${name}`,
    );
    expect((await scan(filter)).body.Count).toBe(4);
  });

  test('an operator without two conditions is refused', async () => {
    const none = 'ConditionalOperator cannot be used without Filter or Expected';
    const one =
      'ConditionalOperator can only be used when Filter or Expected has two or more elements';
    const or = { ConditionalOperator: 'OR' };
    expectError(await query(partition, or), 'ValidationException', none);
    expectError(await scan(undefined, or), 'ValidationException', none);
    expectError(await scan({ s: compare('EQ', S('s1')) }, or), 'ValidationException', one);
  });
});

describe('AttributesToGet', () => {
  const key = { a: S('q'), b: N('1') };
  const get = (names: string[], more: object = {}) =>
    call('GetItem', { TableName: table, Key: key, AttributesToGet: names, ...more });
  const one = { ...partition, b: compare('EQ', N('1')) };

  test.each<[string[], object]>([
    [['b', 's'], { b: N('1'), s: S('s1') }],
    [['m.x'], {}],
    [['none'], {}],
  ])('%j', async (names, item) => {
    expect((await get(names)).body.Item).toEqual(item);
    expect((await query(one, { AttributesToGet: names })).body.Items).toEqual([item]);
    const scanned = await scan({ b: compare('EQ', N('1')) }, { AttributesToGet: names });
    expect(scanned.body.Items).toEqual([item]);
    const batch = { RequestItems: { [table]: { Keys: [key], AttributesToGet: names } } };
    expect((await ok('BatchGetItem', batch)).Responses[table]).toEqual([item]);
  });

  const twice = `${invalid}Duplicate value in attribute name: s`;
  const empty = (place: string) =>
    `1 validation error detected: Value '[]' at '${place}' failed to satisfy constraint: Member must ` +
    'have length greater than or equal to 1';
  test.each<[string, () => ReturnType<typeof call>, string]>([
    ['GetItem', () => get(['s', 's']), twice],
    ['GetItem of no table', () => get(['s', 's'], { TableName: 'no-such-table' }), twice],
    ['Query', () => query(one, { AttributesToGet: ['s', 's'] }), twice],
    ['Scan', () => scan(undefined, { AttributesToGet: ['s', 's'] }), twice],
    [
      'Scan with a bad filter',
      () => scan({ s: compare('EQ') }, { AttributesToGet: ['s', 's'] }),
      twice,
    ],
    [
      'BatchGetItem',
      () =>
        call('BatchGetItem', {
          RequestItems: { [table]: { Keys: [key], AttributesToGet: ['s', 's'] } },
        }),
      twice,
    ],
    ['GetItem of nothing', () => get([]), empty('attributesToGet')],
    ['Scan of nothing', () => scan(undefined, { AttributesToGet: [] }), empty('attributesToGet')],
    [
      'GetItem beside names',
      () => get(['s'], { ExpressionAttributeNames: { '#s': 's' } }),
      'ExpressionAttributeNames can only be specified when using expressions',
    ],
    [
      'all and some',
      () => query(one, { AttributesToGet: ['s'], Select: 'ALL_ATTRIBUTES' }),
      'Cannot specify the AttributesToGet when choosing to get ALL_ATTRIBUTES',
    ],
    [
      'some and a count',
      () => query(one, { AttributesToGet: ['s'], Select: 'COUNT' }),
      'Cannot specify the AttributesToGet when choosing to get only the Count',
    ],
  ])('%s is refused', async (_name, act, message) => {
    expectError(await act(), 'ValidationException', message);
  });

  test('goes with SPECIFIC_ATTRIBUTES', async () => {
    const answer = await query(one, { AttributesToGet: ['s'], Select: 'SPECIFIC_ATTRIBUTES' });
    expect(answer.body.Items).toEqual([{ s: S('s1') }]);
  });
});
