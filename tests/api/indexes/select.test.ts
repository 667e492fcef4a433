// Which attributes Query and Scan give of an index: its projection, Select, ProjectionExpression.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Item } from '../support/item_size.ts';
import { call, expectError, ok, refuses } from '../support/service.ts';
import { index, invalid, makeIndexed, N, pick, put, S, type Projected } from './tables.ts';

const item: Item = {
  ...{ a: S('p'), b: S('1'), c: S('c'), d: N(1) },
  ...{ x: S('x'), y: { SS: ['y', 'z'] }, z: { BOOL: true } },
  m: { M: { k: N(1), l: { L: [S('0'), S('1')] } } },
};
const everything = Object.keys(item);
const forms: [string, Projected][] = [
  ['all', 'ALL'],
  ['keys', 'KEYS_ONLY'],
  ['some', ['x', 'm', 'absent']],
];
const keys = { local: ['a', 'b', 'c'], global: ['a', 'b', 'c', 'd'] };
const projections = (['local', 'global'] as const).flatMap((kind) =>
  forms.map(([form, projected]) => ({
    kind,
    name: `${kind}-${form}`,
    projected:
      projected === 'ALL'
        ? everything
        : projected === 'KEYS_ONLY'
          ? keys[kind]
          : [...keys[kind], ...projected],
  })),
);

let table: string;
beforeAll(async () => {
  table = await makeIndexed(
    {
      keys: 'a:S b:S',
      attributes: 'c:S d:N',
      local: forms.map(([form, projected]) => index(`local-${form}`, 'a / c', projected)),
      global: forms.map(([form, projected]) => index(`global-${form}`, 'c / d', projected)),
    },
    'select',
  );
  await put(table, item);
});

/** One of the two ways to read what an index has, which is one item. */
const requests = {
  Query: (indexName: string, more: object = {}) => ({
    TableName: table,
    IndexName: indexName,
    ...(indexName.startsWith('local')
      ? {
          KeyConditions: {
            a: { ComparisonOperator: 'EQ', AttributeValueList: [item.a] },
            c: { ComparisonOperator: 'EQ', AttributeValueList: [item.c] },
          },
        }
      : {
          KeyConditions: {
            c: { ComparisonOperator: 'EQ', AttributeValueList: [item.c] },
            d: { ComparisonOperator: 'EQ', AttributeValueList: [item.d] },
          },
        }),
    ...more,
  }),
  Scan: (indexName: string, more: object = {}) => ({
    TableName: table,
    IndexName: indexName,
    ...more,
  }),
};
const withExpression = (indexName: string, more: object) => ({
  ...requests.Query(indexName),
  KeyConditions: undefined,
  KeyConditionExpression: indexName.startsWith('local') ? 'a = :v' : 'c = :v',
  ExpressionAttributeValues: { ':v': indexName.startsWith('local') ? item.a : item.c },
  ...more,
});
type Operation = 'Query' | 'Scan';
const expressed = {
  Query: withExpression,
  Scan: (indexName: string, more: object) => requests.Scan(indexName, more),
};

describe.each<Operation>(['Query', 'Scan'])('%s', (operation) => {
  const read = (indexName: string, more: object = {}) =>
    call(operation, requests[operation](indexName, more));
  const readBy = (indexName: string, expression: string, more: object = {}) =>
    call(operation, expressed[operation](indexName, { ProjectionExpression: expression, ...more }));
  const gives = async (answer: ReturnType<typeof call>, expected: object) => {
    const { status, text, body } = await answer;
    expect(status, text).toBe(200);
    expect(body.Items).toEqual([expected]);
    expect(body).toMatchObject({ Count: 1, ScannedCount: 1 });
  };

  describe.each(projections)('of $name', ({ kind, name, projected }) => {
    test('gives what is projected', async () => {
      await gives(read(name), pick(item, projected));
      const select = { Select: 'ALL_PROJECTED_ATTRIBUTES' };
      await gives(read(name, select), pick(item, projected));
    });

    test('COUNT gives the number', async () => {
      const { body } = await read(name, { Select: 'COUNT' });
      expect(body).toEqual({ Count: 1, ScannedCount: 1 });
    });

    test('ALL_ATTRIBUTES gives everything or is refused', async () => {
      const answer = read(name, { Select: 'ALL_ATTRIBUTES' });
      if (kind === 'local' || name === 'global-all') await gives(answer, item);
      else {
        expectError(
          await answer,
          'ValidationException',
          `${invalid}Select type ALL_ATTRIBUTES is not supported for global secondary index ${name} because its projection type is not ALL`,
        );
      }
    });

    test.each(everything)('%s alone is given, fetched or refused', async (attribute) => {
      const reads = [
        readBy(name, attribute),
        readBy(name, attribute, { Select: 'SPECIFIC_ATTRIBUTES' }),
        read(name, { AttributesToGet: [attribute] }),
      ];
      for (const answer of reads) {
        if (kind === 'local' || projected.includes(attribute)) {
          await gives(answer, pick(item, [attribute]));
        } else {
          expectError(
            await answer,
            'ValidationException',
            `${invalid}Global secondary index ${name} does not project [${attribute}]`,
          );
        }
      }
    });
  });

  test('a path into a projected attribute', async () => {
    for (const name of ['local-some', 'global-some']) {
      await gives(readBy(name, 'm.k'), { m: { M: { k: N(1) } } });
      await gives(readBy(name, 'm.l[1], c'), { c: item.c, m: { M: { l: { L: [S('1')] } } } });
    }
  });

  test('a path into an attribute that is not projected', async () => {
    await gives(readBy('local-keys', 'm.k, b'), { b: item.b, m: { M: { k: N(1) } } });
    expectError(
      await readBy('global-keys', 'm.k'),
      'ValidationException',
      `${invalid}Global secondary index global-keys does not project [m]`,
    );
  });

  test('an attribute that no item has', async () => {
    await gives(readBy('local-keys', 'nothing'), {});
    await gives(readBy('global-some', 'absent'), {});
    expectError(
      await readBy('global-keys', 'nothing'),
      'ValidationException',
      `${invalid}Global secondary index global-keys does not project [nothing]`,
    );
  });

  test('projected and other attributes together', async () => {
    await gives(readBy('local-some', 'b, x, z'), pick(item, ['b', 'x', 'z']));
    expectError(
      await readBy('global-some', 'b, x, z'),
      'ValidationException',
      `${invalid}Global secondary index global-some does not project [z]`,
    );
  });

  describe('refuses', () => {
    const refused = (select: string, message: string) => ({
      name: `${select} with ProjectionExpression`,
      request: () =>
        expressed[operation]('local-some', { Select: select, ProjectionExpression: 'x' }),
      error: 'ValidationException',
      message,
    });
    refuses(operation, [
      refused(
        'ALL_ATTRIBUTES',
        'Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES',
      ),
      refused(
        'ALL_PROJECTED_ATTRIBUTES',
        'Cannot specify the ProjectionExpression when choosing to get ALL_PROJECTED_ATTRIBUTES',
      ),
      refused(
        'COUNT',
        'Cannot specify the ProjectionExpression when choosing to get only the Count',
      ),
      {
        name: 'ALL_PROJECTED_ATTRIBUTES with AttributesToGet',
        request: () =>
          requests[operation]('local-some', {
            Select: 'ALL_PROJECTED_ATTRIBUTES',
            AttributesToGet: ['x'],
          }),
        error: 'ValidationException',
        message: 'Cannot specify the AttributesToGet when choosing to get ALL_PROJECTED_ATTRIBUTES',
      },
      {
        name: 'SPECIFIC_ATTRIBUTES without any',
        request: () => requests[operation]('local-some', { Select: 'SPECIFIC_ATTRIBUTES' }),
        error: 'ValidationException',
        message:
          'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
      },
      {
        name: 'ALL_PROJECTED_ATTRIBUTES without an index',
        request: () => ({
          ...requests[operation]('local-some', { Select: 'ALL_PROJECTED_ATTRIBUTES' }),
          IndexName: undefined,
          ...(operation === 'Query' && {
            KeyConditions: { a: { ComparisonOperator: 'EQ', AttributeValueList: [item.a] } },
          }),
        }),
        error: 'ValidationException',
        message: 'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
      },
    ]);
  });
});

test('what a consistent Query fetches from the table is as new as the index', async () => {
  const key = { a: S('fetch'), b: S('1') };
  await put(table, { ...key, c: S('c'), z: N(0) });
  for (let n = 1; n <= 20; ++n) {
    await ok('UpdateItem', {
      TableName: table,
      Key: key,
      UpdateExpression: 'SET z = :z',
      ExpressionAttributeValues: { ':z': N(n) },
    });
    const answer = await ok('Query', {
      TableName: table,
      IndexName: 'local-keys',
      KeyConditionExpression: 'a = :a',
      ExpressionAttributeValues: { ':a': key.a },
      ProjectionExpression: 'z',
      ConsistentRead: true,
    });
    expect(answer.Items).toEqual([{ z: N(n) }]);
  }
  await ok('DeleteItem', { TableName: table, Key: key });
});

test('a fetch of several items gives each its own', async () => {
  const rows = Array.from({ length: 10 }, (_, n) => ({
    ...{ a: S('several'), b: S(`${n}`), c: S(`c${n % 3}`) },
    ...{ y: N(n), z: S(`z${n}`) },
  }));
  await put(table, ...rows);
  const answer = await ok('Query', {
    TableName: table,
    IndexName: 'local-keys',
    KeyConditionExpression: 'a = :a',
    ExpressionAttributeValues: { ':a': S('several') },
    ProjectionExpression: 'b, z',
    ScanIndexForward: false,
  });
  expect(answer.Items).toHaveLength(10);
  for (const row of answer.Items) expect(row.z).toEqual(S(`z${row.b.S}`));
  const order = answer.Items.map((row: { b: { S: string } }) => Number(row.b.S) % 3);
  expect(order).toEqual([2, 2, 2, 1, 1, 1, 0, 0, 0, 0]);
});
