// CreateTable and DescribeTable with secondary indexes.
import {
  CreateTableCommand,
  DescribeTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import {
  call,
  client,
  constraint,
  expectError,
  ok,
  refuses,
  uniqueName,
  untilStatus,
  type RefusedCase,
} from '../support/service.ts';
import {
  definitions,
  index,
  indexedRequest,
  indexOf,
  invalid,
  keySchema,
  makeIndexed,
  provisioned,
  put,
  S,
  N,
  throughput,
  type Shape,
} from './tables.ts';

const noUnits = { NumberOfDecreasesToday: 0, ...throughput(0, 0) };

describe('CreateTable', () => {
  const shape: Shape = {
    keys: 'a:S b:S',
    attributes: 'c:S d:N e:B',
    local: [index('by-c', 'a / c'), index('by-d', 'a / d', ['x', 'y'])],
    global: [index('of-d', 'd / c', 'KEYS_ONLY'), index('of-e', 'e', ['z'])],
  };

  test('describes the indexes: at once, and when they are ACTIVE', async () => {
    const name = uniqueName('described');
    const { TableDescription: made } = await ok('CreateTable', indexedRequest(name, shape));
    expect(made.LocalSecondaryIndexes).toHaveLength(2);
    expect(made.GlobalSecondaryIndexes).toHaveLength(2);
    const active = await untilStatus(name, 'ACTIVE');
    for (const [table, status] of [
      [made, 'CREATING'],
      [active, 'ACTIVE'],
    ]) {
      for (const given of shape.local!) {
        expect(indexOf(table, given.IndexName!)).toEqual({
          ...given,
          IndexSizeBytes: 0,
          ItemCount: 0,
          IndexArn: `${table.TableArn}/index/${given.IndexName}`,
        });
      }
      // Backfilling is for indexes of tables that were there before them.
      for (const given of shape.global!) {
        expect(indexOf(table, given.IndexName!)).toEqual({
          ...given,
          IndexStatus: status,
          ProvisionedThroughput: noUnits,
          IndexSizeBytes: 0,
          ItemCount: 0,
          IndexArn: `${table.TableArn}/index/${given.IndexName}`,
        });
      }
      expect(table.AttributeDefinitions).toEqual(definitions('a:S b:S c:S d:N e:B'));
      expect(table.KeySchema).toEqual(keySchema('a / b'));
    }
  });

  test('the SDK sees them', async () => {
    const name = uniqueName('sdk');
    await client.send(new CreateTableCommand(indexedRequest(name, shape)));
    await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName: name });
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName: name }));
    expect(table!.LocalSecondaryIndexes!.map((found) => found.IndexName).sort()).toEqual([
      'by-c',
      'by-d',
    ]);
    expect(table!.GlobalSecondaryIndexes!.map((found) => found.IndexStatus)).toEqual([
      'ACTIVE',
      'ACTIVE',
    ]);
  });

  test('a table without indexes shows no list of them', async () => {
    const table = await untilStatus(await makeIndexed({ keys: 'a:S', attributes: '' }), 'ACTIVE');
    expect(table).not.toHaveProperty('LocalSecondaryIndexes');
    expect(table).not.toHaveProperty('GlobalSecondaryIndexes');
  });

  test('throughput of a global index is kept', async () => {
    const name = await makeIndexed(
      {
        keys: 'a:S',
        attributes: 'c:S',
        global: [index('of-c', 'c', 'ALL', { ProvisionedThroughput: throughput(7, 3) })],
      },
      'units',
      provisioned,
    );
    const table = await untilStatus(name, 'ACTIVE');
    expect(indexOf(table, 'of-c').ProvisionedThroughput).toEqual({
      ...throughput(7, 3),
      NumberOfDecreasesToday: 0,
    });
    expect(table.ProvisionedThroughput).toMatchObject(throughput(5, 5));
  });

  const numbered = (count: number, make: (place: number) => object) =>
    Array.from({ length: count }, (_, place) => make(place)) as ReturnType<typeof index>[];

  test('5 local and 20 global indexes', async () => {
    const names = numbered(20, (place) => ({ AttributeName: `k${place}`, AttributeType: 'S' }));
    const name = await makeIndexed({ keys: 'a:S b:S', attributes: '' }, 'most', {
      AttributeDefinitions: [...definitions('a:S b:S'), ...names] as never,
      LocalSecondaryIndexes: numbered(5, (place) => index(`local-${place}`, `a / k${place}`)),
      GlobalSecondaryIndexes: numbered(20, (place) => index(`global-${place}`, `k${place}`)),
    });
    const table = await untilStatus(name, 'ACTIVE');
    expect(table.LocalSecondaryIndexes).toHaveLength(5);
    expect(table.GlobalSecondaryIndexes).toHaveLength(20);
    const item = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${n}`, S(`v${n}`)]));
    await put(name, { a: S('a'), b: S('b'), ...item });
    for (const found of [...table.LocalSecondaryIndexes, ...table.GlobalSecondaryIndexes]) {
      const { Count: count } = await ok('Scan', { TableName: name, IndexName: found.IndexName });
      expect(count, found.IndexName).toBe(1);
    }
  });

  test.each<[string, Shape]>([
    ['the keys of the table, turned round', shapeOf({ global: [index('turned', 'b / a')] })],
    ['the partition key of the table', shapeOf({ global: [index('same', 'a / c')] }, 'c:S')],
    ['the keys of the table as they are', shapeOf({ global: [index('same', 'a / b')] })],
    ['the sort key of the table, locally', shapeOf({ local: [index('same', 'a / b')] })],
    ['a key among the projected attributes', shapeOf({ global: [index('keys', 'b', ['a', 'b'])] })],
    ['one attribute twice', shapeOf({ global: [index('first', 'b'), index('second', 'b')] })],
    [
      'names with every allowed character',
      shapeOf({ global: [index('a.-_Z9', 'b'), index('n'.repeat(255), 'b')] }),
    ],
  ])('an index may have %s', async (_name, shape) => {
    const name = await makeIndexed(shape);
    const table = await untilStatus(name, 'ACTIVE');
    for (const given of [...(shape.local ?? []), ...(shape.global ?? [])]) {
      expect(indexOf(table, given.IndexName!)).toMatchObject(given);
    }
    await put(name, { a: S('a'), b: S('b'), c: S('c') });
    for (const given of [...(shape.local ?? []), ...(shape.global ?? [])]) {
      const request = { TableName: name, IndexName: given.IndexName };
      expect((await ok('Scan', request)).Count).toBe(1);
    }
  });

  test('100 projected attributes in all', async () => {
    const attributes = Array.from({ length: 20 }, (_, n) => `n${n}`);
    const name = await makeIndexed({
      keys: 'a:S b:S',
      attributes: 'c:S',
      local: [index('by-c', 'a / c', attributes)],
      global: numbered(4, (place) => index(`of-c-${place}`, 'c', attributes)),
    });
    const item = Object.fromEntries(attributes.map((attribute) => [attribute, S(attribute)]));
    await put(name, { a: S('a'), b: S('b'), c: S('c'), other: S('x'), ...item });
    const { Items: rows } = await ok('Scan', { TableName: name, IndexName: 'of-c-3' });
    expect(rows).toEqual([{ a: S('a'), b: S('b'), c: S('c'), ...item }]);
  });

  function shapeOf(indexes: Partial<Shape>, attributes = ''): Shape {
    return { keys: 'a:S b:S', attributes, ...indexes };
  }
});

describe('ItemCount and IndexSizeBytes', () => {
  test('count the rows that an index has', async () => {
    const name = await makeIndexed({
      keys: 'a:S b:S',
      attributes: 'c:S d:N',
      local: [index('by-c', 'a / c', 'KEYS_ONLY')],
      global: [index('of-d', 'd', 'ALL'), index('of-none', 'c / d')],
    });
    const described = async () => {
      const table = (await ok('DescribeTable', { TableName: name })).Table;
      return ['by-c', 'of-d', 'of-none'].map((found) => {
        const { ItemCount: count, IndexSizeBytes: bytes } = indexOf(table, found);
        return { count, bytes };
      });
    };
    await put(
      name,
      { a: S('p'), b: S('1'), c: S('x'), long: S('y'.repeat(1000)) },
      { a: S('p'), b: S('2'), d: N(2), long: S('y'.repeat(1000)) },
      { a: S('q'), b: S('3'), d: N(2) },
    );
    const [byC, ofD, none] = await described();
    expect([byC.count, ofD.count, none]).toEqual([1, 2, { count: 0, bytes: 0 }]);
    // The keys alone of one item; two whole items, one of them long.
    expect(byC.bytes).toBeGreaterThan(5);
    expect(byC.bytes).toBeLessThan(500);
    expect(ofD.bytes).toBeGreaterThan(1000);
    expect(ofD.bytes).toBeLessThan(2000);

    for (const b of ['1', '2']) {
      const key = { a: S('p'), b: S(b) };
      await ok('DeleteItem', { TableName: name, Key: key });
    }
    expect((await described()).map(({ count }) => count)).toEqual([0, 1, 0]);
    expect((await described())[0].bytes).toBe(0);
  });
});

describe('DeleteTable', () => {
  test('takes the indexes along', async () => {
    const shape = { keys: 'a:S', attributes: 'c:S', global: [index('of-c', 'c')] };
    const name = await makeIndexed(shape, 'delete');
    for (let n = 0; n < 20; ++n) await put(name, { a: S(`a${n}`), c: S('c') });
    const scan = { TableName: name, IndexName: 'of-c' };
    expect((await ok('Scan', scan)).Count).toBe(20);
    await ok('DeleteTable', { TableName: name });
    await untilStatus(name, 'GONE');
    expectError(await call('Scan', scan), 'ResourceNotFoundException');

    await ok('CreateTable', indexedRequest(name, shape));
    await untilStatus(name, 'ACTIVE');
    expect((await ok('Scan', scan)).Items).toEqual([]);
    await ok('DeleteTable', { TableName: name });
    await untilStatus(name, 'GONE');

    await ok('CreateTable', indexedRequest(name, { keys: 'a:S', attributes: '' }));
    await untilStatus(name, 'ACTIVE');
    expectError(
      await call('Scan', scan),
      'ValidationException',
      'The table does not have the specified index: of-c',
    );
  });
});

describe('CreateTable refuses', () => {
  /** A table on demand of keys a and b, with c beside them, unless the change says otherwise. */
  const refused = (name: string, change: object, message: string | RegExp): RefusedCase => ({
    name,
    request: {
      ...indexedRequest('refused-table', { keys: 'a:S b:S', attributes: 'c:S' }),
      ...change,
    },
    error: 'ValidationException',
    message,
  });
  const local = (...indexes: object[]) => ({ LocalSecondaryIndexes: indexes });
  const global = (...indexes: object[]) => ({ GlobalSecondaryIndexes: indexes });
  const many = (count: number, keys: string) =>
    Array.from({ length: count }, (_, place) => index(`index-${place}`, keys));
  const ofBoth = (name: string, make: (...indexes: object[]) => object, keys: string) => {
    const list = make === local ? 'localSecondaryIndexes' : 'globalSecondaryIndexes';
    const kind = make === local ? 'local' : 'global';
    const badName = (text: string, rule: string): RefusedCase =>
      refused(
        `a ${kind} index named '${text.slice(0, 10)}'`,
        make({ ...index('x', keys), IndexName: text }),
        constraint(`${list}.1.member.indexName`, `'${text}'`, rule),
      );
    return [
      refused(`an empty list of ${kind} indexes`, make(), `${invalid}List of ${name} is empty`),
      badName('ab', 'Member must have length greater than or equal to 3'),
      badName('n'.repeat(256), 'Member must have length less than or equal to 255'),
      badName('a;bc', 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+'),
      refused(
        `a ${kind} index without a name`,
        make({ ...index('x', keys), IndexName: undefined }),
        constraint(`${list}.1.member.indexName`, 'null', 'Member must not be null'),
      ),
      refused(
        `a ${kind} index without a key`,
        make({ ...index('no-key', keys), KeySchema: undefined }),
        constraint(`${list}.1.member.keySchema`, 'null', 'Member must not be null'),
      ),
      refused(
        `a ${kind} index with an empty key`,
        make({ ...index('no-key', keys), KeySchema: [] }),
        constraint(
          `${list}.1.member.keySchema`,
          "'[]'",
          'Member must have length greater than or equal to 1',
        ),
      ),
      refused(
        `a ${kind} index without a projection`,
        make({ ...index('no-projection', keys), Projection: undefined }),
        constraint(`${list}.1.member.projection`, 'null', 'Member must not be null'),
      ),
      refused(
        `a ${kind} index with nothing of the three`,
        make({}),
        /^3 validation errors detected: /,
      ),
      refused(
        `a ${kind} index with an unknown projection`,
        make({ ...index('unknown', keys), Projection: { ProjectionType: 'SOME' } }),
        constraint(
          `${list}.1.member.projection.projectionType`,
          "'SOME'",
          'Member must satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]',
        ),
      ),
      refused(
        `a ${kind} index with no projected attributes in its list`,
        make(index('nothing', keys, [])),
        constraint(
          `${list}.1.member.projection.nonKeyAttributes`,
          "'[]'",
          'Member must have length greater than or equal to 1',
        ),
      ),
    ];
  };
  const ofBothInTheService = (make: (...indexes: object[]) => object, keys: string) => {
    const list = make === local ? 'localSecondaryIndexes' : 'globalSecondaryIndexes';
    const kind = make === local ? 'local' : 'global';
    return [
      refused(
        `a ${kind} index without a projection type`,
        make({ ...index('no-type', keys), Projection: {} }),
        `${invalid}Unknown ProjectionType: null`,
      ),
      ...['ALL', 'KEYS_ONLY'].map((type) =>
        refused(
          `a ${kind} index with ${type} and a list of attributes`,
          make({
            ...index('listed', keys),
            Projection: { ProjectionType: type, NonKeyAttributes: ['x'] },
          }),
          `${invalid}ProjectionType is ${type}, but NonKeyAttributes is specified`,
        ),
      ),
      refused(
        `a ${kind} index with INCLUDE and no list`,
        make({ ...index('unlisted', keys), Projection: { ProjectionType: 'INCLUDE' } }),
        `${invalid}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`,
      ),
      refused(
        `two ${kind} indexes of one name`,
        make(index('twice', keys), index('twice', keys, 'KEYS_ONLY')),
        `${invalid}Duplicate index name: twice`,
      ),
      refused(
        `a ${kind} index with a key that is not defined`,
        make(index('undefined', keys.replace('c', 'z'))),
        `${invalid}Some index key attributes are not defined in AttributeDefinitions. ` +
          `Keys: [${keySchema(keys.replace('c', 'z'))
            .map((key) => key.AttributeName)
            .join(', ')}], AttributeDefinitions: [a, b, c]`,
      ),
      refused(
        `a ${kind} index that begins with a sort key`,
        make({ ...index('sorted', keys), KeySchema: [{ AttributeName: 'c', KeyType: 'RANGE' }] }),
        'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
      ),
      refused(
        `a ${kind} index with an unknown key type`,
        make({ ...index('typed', keys), KeySchema: [{ AttributeName: 'c', KeyType: 'X' }] }),
        constraint(
          `${list}.1.member.keySchema.1.member.keyType`,
          "'X'",
          'Member must satisfy enum value set: [HASH, RANGE]',
        ),
      ),
    ];
  };

  refuses('CreateTable', [
    ...ofBoth('LocalSecondaryIndexes', local, 'a / c'),
    ...ofBothInTheService(local, 'a / c'),
    ...ofBoth('GlobalSecondaryIndexes', global, 'c / a'),
    ...ofBothInTheService(global, 'c / a'),
    refused(
      'one name for a local and a global index',
      { ...local(index('both', 'a / c')), ...global(index('both', 'c')) },
      `${invalid}Duplicate index name: both`,
    ),
    refused(
      'a local index of a table without a sort key',
      {
        ...indexedRequest('refused-table', { keys: 'a:S', attributes: 'c:S' }),
        ...local(index('by-c', 'a / c')),
      },
      `${invalid}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
    ),
    refused(
      'a local index without a sort key',
      local(index('by-none', 'a')),
      `${invalid}Index KeySchema does not have a range key for index: by-none`,
    ),
    refused(
      'a local index of another partition key',
      local(index('by-b', 'c / b')),
      `${invalid}Index KeySchema does not have the same leading hash key as table KeySchema for index: by-b. index hash key: c, table hash key: a`,
    ),
    refused(
      'a local index of one attribute twice',
      local(index('by-a', 'a / a')),
      'Both the Hash Key and the Range Key element in the KeySchema have the same name',
    ),
    refused(
      'a global index of one attribute twice',
      global(index('of-c', 'c / c')),
      'Both the Hash Key and the Range Key element in the KeySchema have the same name',
    ),
    refused(
      '6 local indexes',
      local(...many(6, 'a / c')),
      `${invalid}Number of LocalSecondaryIndexes exceeds per-table limit of 5`,
    ),
    refused(
      '21 global indexes',
      global(...many(21, 'c')),
      `${invalid}GlobalSecondaryIndex count exceeds the per-table limit of 20`,
    ),
    refused(
      'throughput of a global index on demand',
      global(index('of-c', 'c', 'ALL', { ProvisionedThroughput: throughput(1, 1) })),
      `${invalid}ProvisionedThroughput should not be specified for index: of-c when BillingMode is PAY_PER_REQUEST`,
    ),
    refused(
      'a global index without throughput in a table with',
      { ...provisioned, ...global(index('of-c', 'c')) },
      `${invalid}ProvisionedThroughput is not specified for index: of-c`,
    ),
    refused(
      'no units for a global index',
      {
        ...provisioned,
        ...global(index('of-c', 'c', 'ALL', { ProvisionedThroughput: throughput(1, 0) })),
      },
      constraint(
        'globalSecondaryIndexes.1.member.provisionedThroughput.writeCapacityUnits',
        "'0'",
        'Member must have value greater than or equal to 1',
      ),
    ),
    refused(
      'a definition that no key uses, beside an index',
      { AttributeDefinitions: definitions('a:S b:S c:S d:S'), ...global(index('of-c', 'c')) },
      `${invalid}Some AttributeDefinitions are not used. AttributeDefinitions: [a, b, c, d], keys used: [a, b, c]`,
    ),
    refused(
      'a definition that is there twice',
      { AttributeDefinitions: definitions('a:S b:S c:S c:N'), ...global(index('of-c', 'c')) },
      'Attribute Name is duplicated: c',
    ),
    refused(
      'a definition that no key uses, without an index',
      {},
      `${invalid}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    ),
    refused(
      '21 attributes of one projection',
      global(
        index(
          'of-c',
          'c',
          Array.from({ length: 21 }, (_, n) => `n${n}`),
        ),
      ),
      /^1 validation error detected: .* at 'globalSecondaryIndexes\.1\.member\.projection\.nonKeyAttributes' failed to satisfy constraint: Member must have length less than or equal to 20$/,
    ),
    refused(
      'more than 100 projected attributes in all',
      global(
        ...Array.from({ length: 6 }, (_, place) =>
          index(
            `index-${place}`,
            'c',
            Array.from({ length: 17 }, (_, n) => `n${n}`),
          ),
        ),
      ),
      // The documentation has the limit and not the words.
      /100/,
    ),
  ]);

  test('and makes no table', async () => {
    const name = uniqueName('unmade');
    const request = { ...indexedRequest(name, { keys: 'a:S', attributes: 'c:S' }), ...global() };
    expectError(await call('CreateTable', request), 'ValidationException');
    expectError(await call('DescribeTable', { TableName: name }), 'ResourceNotFoundException');
  });
});
