// UpdateTable: global indexes that go, and the throughput of those that stay.
import { describe, expect, test } from 'vitest';
import { call, expectError, ok, untilStatus } from '../support/service.ts';
import {
  definitions,
  describeIndex,
  expectIndexes,
  held,
  index,
  indexOf,
  invalid,
  makeIndexed,
  N,
  provisioned,
  put,
  S,
  throughput,
  untilIndex,
} from './tables.ts';
import { changing, creating, deleting, fill, meanwhile, numbered, update } from './updates.ts';

describe('an index that goes', () => {
  test('is DELETING, then not there', async () => {
    const name = await makeIndexed(
      {
        keys: 'id:S',
        attributes: 'c:S d:S',
        global: [index('of-c', 'c'), index('of-d', 'd')],
      },
      'going',
    );
    await fill(
      name,
      numbered(200, (n) => ({ c: S('c'), d: S(`d${n % 2}`) })),
    );
    const table = await update(name, deleting('of-c'));
    expect(table.TableStatus).toBe('UPDATING');
    expect(indexOf(table, 'of-c').IndexStatus).toBe('DELETING');
    await untilIndex(name, 'of-c', 'GONE');
    for (const operation of ['Query', 'Scan']) {
      const condition = {
        KeyConditionExpression: 'c = :c',
        ExpressionAttributeValues: { ':c': S('c') },
      };
      expectError(
        await call(operation, {
          TableName: name,
          IndexName: 'of-c',
          ...(operation === 'Query' ? condition : {}),
        }),
        'ValidationException',
        'The table does not have the specified index: of-c',
      );
    }
    const after = await untilStatus(name, 'ACTIVE');
    expect(after.GlobalSecondaryIndexes).toHaveLength(1);
    expect(after.AttributeDefinitions).toEqual(definitions('id:S d:S'));
    await expectIndexes(name);
    expect(await held(name, 'of-d')).toHaveLength(200);

    // Its attribute is like any other now, and it costs nothing any more.
    const answer = await ok('PutItem', {
      TableName: name,
      Item: { id: S('id0'), c: N(1), d: S('d0') },
      ReturnConsumedCapacity: 'INDEXES',
    });
    expect(Object.keys(answer.ConsumedCapacity.GlobalSecondaryIndexes)).toEqual(['of-d']);
    await update(name, deleting('of-d'));
    await untilIndex(name, 'of-d', 'GONE');
    expect(await untilStatus(name, 'ACTIVE')).not.toHaveProperty('GlobalSecondaryIndexes');
  });

  test('comes again under its name, with another key, and holds nothing old', async () => {
    const name = await makeIndexed(
      { keys: 'id:S', attributes: 'c:S', global: [index('same', 'c')] },
      'again',
    );
    await fill(
      name,
      numbered(50, (n) => ({ c: S(`c${n}`), d: N(n % 3) })),
    );
    await update(name, deleting('same'));
    await untilIndex(name, 'same', 'GONE');
    await untilStatus(name, 'ACTIVE');
    for (let n = 0; n < 10; ++n) {
      await ok('DeleteItem', { TableName: name, Key: { id: S(`id${n}`) } });
    }
    await update(name, creating('d:N', 'same', 'd', 'KEYS_ONLY'));
    const made = await untilIndex(name, 'same', 'ACTIVE');
    expect(made.KeySchema).toEqual(index('same', 'd').KeySchema);
    await expectIndexes(name);
    expect(await held(name, 'same')).toHaveLength(40);
  });

  test('while the table is written', async () => {
    const name = await makeIndexed(
      { keys: 'id:S', attributes: 'c:S', global: [index('of-c', 'c')] },
      'written',
    );
    await fill(
      name,
      numbered(500, (n) => ({ c: S(`c${n}`) })),
    );
    await update(name, deleting('of-c'));
    const write = async (worker: number, done: () => boolean) => {
      for (let n = worker; !done() || n < 100; n += 4) {
        await put(name, { id: S(`id${n}`), c: S('c') });
        await ok('DeleteItem', { TableName: name, Key: { id: S(`id${n + 1}`) } });
      }
    };
    await meanwhile(4, write, untilIndex(name, 'of-c', 'GONE'));
  });
});

describe('throughput of an index', () => {
  const shape = {
    keys: 'id:S',
    attributes: 'c:S',
    global: [index('of-c', 'c', 'ALL', { ProvisionedThroughput: throughput(5, 5) })],
  };

  test('is UPDATING with the old units, then ACTIVE with the new', async () => {
    const name = await makeIndexed(shape, 'units', provisioned);
    await put(name, { id: S('1'), c: S('c') });
    const table = await update(name, changing('of-c', 8, 3));
    expect(indexOf(table, 'of-c')).toMatchObject({
      IndexStatus: 'UPDATING',
      ProvisionedThroughput: throughput(5, 5),
    });
    expect(await held(name, 'of-c')).toHaveLength(1);
    const active = await untilIndex(name, 'of-c', 'ACTIVE');
    expect(active.ProvisionedThroughput).toMatchObject({
      ...throughput(8, 3),
      LastIncreaseDateTime: expect.any(Number),
      LastDecreaseDateTime: expect.any(Number),
    });
    const after = await untilStatus(name, 'ACTIVE');
    expect(after.ProvisionedThroughput).toMatchObject(throughput(5, 5));
  });

  test('together with that of the table', async () => {
    const name = await makeIndexed(shape, 'both', provisioned);
    await update(name, { ProvisionedThroughput: throughput(6, 6), ...changing('of-c', 7, 7) });
    const table = await untilStatus(name, 'ACTIVE');
    await untilIndex(name, 'of-c', 'ACTIVE');
    expect(table.ProvisionedThroughput).toMatchObject(throughput(6, 6));
    expect((await describeIndex(name, 'of-c')).ProvisionedThroughput).toMatchObject(
      throughput(7, 7),
    );
  });

  test('goes with the billing mode', async () => {
    const name = await makeIndexed(shape, 'mode', provisioned);
    await update(name, { BillingMode: 'PAY_PER_REQUEST' });
    await untilStatus(name, 'ACTIVE');
    const demand = await untilIndex(name, 'of-c', 'ACTIVE');
    expect(demand.ProvisionedThroughput).toMatchObject(throughput(0, 0));
    const back = { BillingMode: 'PROVISIONED', ProvisionedThroughput: throughput(2, 2) };
    expectError(
      await call('UpdateTable', { TableName: name, ...back }),
      'ValidationException',
      `${invalid}ProvisionedThroughput must be specified for index: of-c`,
    );
    await update(name, { ...back, ...changing('of-c', 3, 3) });
    await untilStatus(name, 'ACTIVE');
    const active = await untilIndex(name, 'of-c', 'ACTIVE');
    expect(active.ProvisionedThroughput).toMatchObject(throughput(3, 3));
  });
});
