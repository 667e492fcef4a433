// UpdateTable that makes a global index of a table with items, while the table is used.
import { UpdateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import type { Item } from '../support/item_size.ts';
import { call, client, expectError, ok, untilStatus } from '../support/service.ts';
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
  type Projected,
} from './tables.ts';
import { creating, deleting, fill, meanwhile, numbered, plain, update } from './updates.ts';

describe('a new index', () => {
  test('is described while it is made and when it is there', async () => {
    const name = await makeIndexed(plain, 'describe');
    const table = await update(name, creating('c:S d:N', 'of-c', 'c / d', ['x']));
    expect(table.TableStatus).toBe('UPDATING');
    const given = index('of-c', 'c / d', ['x']);
    expect(indexOf(table, 'of-c')).toMatchObject({
      ...given,
      IndexStatus: 'CREATING',
      Backfilling: expect.any(Boolean),
      IndexArn: `${table.TableArn}/index/of-c`,
      ProvisionedThroughput: throughput(0, 0),
    });
    const active = await untilIndex(name, 'of-c', 'ACTIVE');
    expect(active).toMatchObject({ ...given, IndexSizeBytes: 0, ItemCount: 0 });
    expect(active.Backfilling ?? false).toBe(false);
    const after = await untilStatus(name, 'ACTIVE');
    expect(after.AttributeDefinitions).toHaveLength(3);
    expect(after.AttributeDefinitions).toEqual(expect.arrayContaining(definitions('id:S c:S d:N')));
  });

  test('by way of the SDK and its waiter', async () => {
    const name = await makeIndexed(plain, 'sdk');
    await put(name, { id: S('1'), c: S('c') });
    await client.send(new UpdateTableCommand({ TableName: name, ...creating('c:S', 'of-c', 'c') }));
    await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName: name });
    await untilIndex(name, 'of-c', 'ACTIVE');
    expect(await held(name, 'of-c')).toEqual([{ id: S('1'), c: S('c') }]);
  });

  test.each<Projected>(['ALL', 'KEYS_ONLY', ['x']])(
    'holds what was there before, with %j',
    async (projected) => {
      const name = await makeIndexed({ keys: 'a:S b:N', attributes: '' }, 'before');
      const items = numbered(300, (n) => ({
        ...{ a: S(`a${n % 7}`), b: N(n) },
        ...(n % 3 === 0 ? {} : { c: S(`c${n % 10}`) }),
        ...(n % 5 === 0 ? {} : { d: N(n % 4) }),
        ...{ x: S('x'), y: S('y') },
      }));
      await fill(name, items);
      await update(name, creating('c:S d:N', 'of-c', 'c / d', projected));
      const active = await untilIndex(name, 'of-c', 'ACTIVE');
      await expectIndexes(name);
      expect(await held(name, 'of-c')).toHaveLength(160);
      expect(active.ItemCount).toBe(160);
      const { Count: count } = await ok('Query', {
        TableName: name,
        IndexName: 'of-c',
        KeyConditionExpression: 'c = :c AND d >= :d',
        ExpressionAttributeValues: { ':c': S('c1'), ':d': N(2) },
      });
      const found = items.filter((item) => {
        const { c, d } = item as { c?: { S: string }; d?: { N: string } };
        return c?.S === 'c1' && Number(d?.N ?? 0) >= 2;
      });
      expect(count).toBe(found.length);
    },
  );

  test('leaves out items whose keys do not fit', async () => {
    const name = await makeIndexed(plain, 'unfit');
    const good = { c: S('c'), d: N(1) };
    const bad = [
      { ...good, c: N(1) },
      { ...good, c: { NULL: true as const } },
      { ...good, c: S('') },
      { ...good, c: S('x'.repeat(2049)) },
      { ...good, c: { SS: ['c'] } },
      { ...good, d: S('1') },
      { ...good, d: { M: {} } },
      { d: N(1) },
      { c: S('c') },
    ];
    await fill(name, [...numbered(bad.length, (n) => bad[n] as Item), { id: S('good'), ...good }]);
    await update(name, creating('c:S d:N', 'of-c', 'c / d'));
    await untilIndex(name, 'of-c', 'ACTIVE');
    expect(await held(name, 'of-c')).toEqual([{ id: S('good'), ...good }]);

    // Such an item stays as it is, may be changed elsewhere and mended, but not put again.
    const key = { id: S('id0') };
    const set = (expression: string, values: object) =>
      call('UpdateItem', {
        TableName: name,
        Key: key,
        UpdateExpression: expression,
        ExpressionAttributeValues: values,
      });
    expect((await set('SET x = :x', { ':x': S('x') })).status).toBe(200);
    expectError(
      await call('PutItem', { TableName: name, Item: { ...key, ...bad[0] } }),
      'ValidationException',
      `${invalid}Type mismatch for Index Key c Expected: S Actual: N IndexName: of-c`,
    );
    expect((await set('SET c = :c', { ':c': S('mended') })).status).toBe(200);
    expect(await held(name, 'of-c')).toHaveLength(2);
    await ok('DeleteItem', { TableName: name, Key: { id: S('id1') } });
    expect(await held(name, 'of-c')).toHaveLength(2);
  });

  test('is not read before it is whole', async () => {
    const name = await makeIndexed(plain, 'whole');
    await fill(
      name,
      numbered(1000, () => ({ c: S('c'), x: S('x'.repeat(200)) })),
    );
    await update(name, creating('c:S', 'of-c', 'c', 'KEYS_ONLY'));
    for (;;) {
      const answer = await call('Query', {
        TableName: name,
        IndexName: 'of-c',
        KeyConditionExpression: 'c = :c',
        ExpressionAttributeValues: { ':c': S('c') },
        Select: 'COUNT',
      });
      if (answer.status === 200) {
        expect(answer.body.Count).toBe(1000);
        break;
      }
      expectError(
        answer,
        'ValidationException',
        /^Cannot read from backfilling global secondary index/,
      );
    }
  });

  test('misses no write that is done while it is made', async () => {
    const name = await makeIndexed(plain, 'meanwhile');
    const c = (n: number) => S(`c${n % 5}`);
    await fill(
      name,
      numbered(1500, (n) => ({ c: c(n), x: N(n) })),
    );
    await update(name, creating('c:S', 'of-c', 'c', ['x']));
    const write = async (worker: number, done: () => boolean) => {
      // At least some rounds after the index is there, so that both times are covered.
      for (let n = worker; !done() || n < 400; n += 8) {
        const key = { id: S(`id${(n * 37) % 1600}`) };
        if (n % 3 === 0) await ok('DeleteItem', { TableName: name, Key: key });
        else if (n % 3 === 1) await put(name, { ...key, c: c(n + 1), x: N(-n) });
        else {
          await ok('UpdateItem', {
            TableName: name,
            Key: key,
            UpdateExpression: n % 2 === 0 ? 'REMOVE c' : 'SET c = :c',
            ExpressionAttributeValues: n % 2 === 0 ? undefined : { ':c': c(n) },
          });
        }
      }
    };
    await meanwhile(8, write, untilIndex(name, 'of-c', 'ACTIVE'));
    await expectIndexes(name);
  });

  test('goes through its states in order', async () => {
    const name = await makeIndexed(plain, 'states');
    await fill(
      name,
      numbered(1000, () => ({ c: S('c') })),
    );
    await update(name, creating('c:S', 'of-c', 'c'));
    const order = ['CREATING false', 'CREATING true', 'ACTIVE false'];
    let last = 0;
    while (last < 2) {
      const { IndexStatus: status, Backfilling: filling = false } = await describeIndex(
        name,
        'of-c',
      );
      const now = order.indexOf(`${status} ${filling}`);
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
    expect((await untilStatus(name, 'ACTIVE')).ItemCount).toBe(1000);
  });

  test('takes no wrong key from a write that is done while it is made', async () => {
    const name = await makeIndexed(plain, 'wrong');
    await fill(
      name,
      numbered(1000, () => ({ c: S('c') })),
    );
    await update(name, creating('c:S', 'of-c', 'c', 'KEYS_ONLY'));
    const refused = `${invalid}Type mismatch for Index Key c Expected: S Actual: N IndexName: of-c`;
    const write = async (worker: number, done: () => boolean) => {
      for (let n = worker; !done() || n < 200; n += 4) {
        const item = { id: S(`id${(n * 41) % 1000}`), c: N(n) };
        const wasThere = done();
        const answer = await call('PutItem', { TableName: name, Item: item });
        // Before the index is there it may be taken or not.
        if (answer.status !== 200 || wasThere) expectError(answer, 'ValidationException', refused);
      }
    };
    await meanwhile(4, write, untilIndex(name, 'of-c', 'ACTIVE'));
    await expectIndexes(name);
  });

  test('may be given up while it is made', async () => {
    const name = await makeIndexed(plain, 'given-up');
    await fill(
      name,
      numbered(1000, () => ({ c: S('c') })),
    );
    await update(name, creating('c:S', 'of-c', 'c'));
    // Not before it is being filled.
    for (;;) {
      const answer = await call('UpdateTable', { TableName: name, ...deleting('of-c') });
      if (answer.status === 200) break;
      expect(answer.body.__type, answer.text).toMatch(/#(ResourceInUse|LimitExceeded)Exception$/);
    }
    await untilIndex(name, 'of-c', 'GONE');
    await untilStatus(name, 'ACTIVE');
    // The same name again, of another key, holds nothing of the first.
    await update(name, creating('d:S', 'of-c', 'd'));
    await untilIndex(name, 'of-c', 'ACTIVE');
    expect(await held(name, 'of-c')).toEqual([]);
    await put(name, { id: S('id0'), c: N(1), d: S('d') });
    await expectIndexes(name);
  });

  test('one after the other, up to the most', async () => {
    const name = await makeIndexed(
      {
        keys: 'id:S',
        attributes: 'c:S',
        global: Array.from({ length: 19 }, (_, n) => index(`first-${n}`, 'c', 'KEYS_ONLY')),
      },
      'most',
    );
    await put(name, { id: S('1'), c: S('c'), d: S('d') });
    await update(name, creating('d:S', 'the-last', 'd'));
    await untilIndex(name, 'the-last', 'ACTIVE');
    await untilStatus(name, 'ACTIVE');
    await expectIndexes(name);
    expectError(
      await call('UpdateTable', { TableName: name, ...creating('d:S', 'one-more', 'd') }),
      'LimitExceededException',
      'Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of 20',
    );
  });

  test('keeps the type that an attribute has already', async () => {
    const name = await makeIndexed(
      { keys: 'id:S', attributes: 'c:S', global: [index('of-c', 'c')] },
      'retype',
    );
    await update(name, creating('c:N d:S', 'of-d', 'd / c'));
    await untilIndex(name, 'of-d', 'ACTIVE');
    const table = await untilStatus(name, 'ACTIVE');
    expect(table.AttributeDefinitions).toEqual(expect.arrayContaining(definitions('id:S c:S d:S')));
    await put(name, { id: S('1'), c: S('c'), d: S('d') });
    expect(await held(name, 'of-d')).toHaveLength(1);
  });

  test('drops definitions that nothing needs', async () => {
    const name = await makeIndexed(plain, 'drop');
    await update(name, creating('c:S unneeded:N', 'of-c', 'c'));
    await untilIndex(name, 'of-c', 'ACTIVE');
    const table = await untilStatus(name, 'ACTIVE');
    expect(table.AttributeDefinitions).toHaveLength(2);
    expect(table.AttributeDefinitions).toEqual(expect.arrayContaining(definitions('id:S c:S')));
  });

  test('with throughput of its own', async () => {
    const name = await makeIndexed(plain, 'units', provisioned);
    const more = { ProvisionedThroughput: throughput(4, 2) };
    await update(name, creating('c:S', 'of-c', 'c', 'ALL', more));
    const active = await untilIndex(name, 'of-c', 'ACTIVE');
    expect(active.ProvisionedThroughput).toMatchObject(throughput(4, 2));
  });
});
