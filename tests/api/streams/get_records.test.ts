// GetRecords: pages, limits, ends, refusals.
import { describe, expect, test } from 'vitest';
import type { Json } from '../support/call.ts';
import { call, constraint, expectError, ok, refuses } from '../support/service.ts';
import type { StreamRecord } from '../support/stream_follower.ts';
import {
  changeStream,
  disabled,
  getRecords,
  iterator,
  makeStreamed,
  records,
  told,
} from './streams.ts';

const mebibyte = 1024 * 1024;

const put = (table: string, id: string, more: object = {}) =>
  ok('PutItem', { TableName: table, Item: { id: { S: id }, ...more } });

/** Puts of so many items, in batches. */
async function putMany(table: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += 25) {
    const requests = Array.from({ length: Math.min(25, count - from) }, (_, n) => ({
      PutRequest: { Item: { id: { S: String(from + n) } } },
    }));
    await ok('BatchWriteItem', { RequestItems: { [table]: requests } });
  }
}

/** The pages from the beginning until the first empty one. */
async function pages(arn: string, limit?: number): Promise<StreamRecord[][]> {
  const found: StreamRecord[][] = [];
  let next = await iterator(arn, 'TRIM_HORIZON');
  for (;;) {
    const page = await getRecords(next, limit);
    if (page.Records.length === 0) return found;
    found.push(page.Records);
    next = page.NextShardIterator;
  }
}

describe('GetRecords', () => {
  test.each([1, 2, 7, 24, 25, 26, 59, 60, 1000])('pages of %d', async (limit) => {
    const { table, arn } = await makeStreamed('id:S', 'KEYS_ONLY');
    await putMany(table, 60);
    const found = await pages(arn, limit);
    const sizes = Array.from({ length: Math.ceil(60 / limit) }, (_, n) =>
      Math.min(limit, 60 - n * limit),
    );
    expect(found.map((page) => page.length)).toEqual(sizes);
    expect(found.flat()).toEqual(await records(arn));
  });

  test('1,000 records a page at most', async () => {
    const { table, arn } = await makeStreamed('id:S', 'KEYS_ONLY');
    await putMany(table, 1010);
    const found = await pages(arn);
    expect(found.map((page) => page.length)).toEqual([1000, 10]);
    const ids = found.flat().map(({ dynamodb }) => Object.values(dynamodb.Keys.id)[0]);
    expect(new Set(ids).size).toBe(1010);
  });

  test('1 MB a page at most, and no less than fits', async () => {
    const { table, arn } = await makeStreamed();
    const bytes = 90_000;
    for (let n = 0; n < 30; ++n) {
      await put(table, String(n % 10), { text: { S: String.fromCharCode(65 + n).repeat(bytes) } });
    }
    const found = await pages(arn);
    const sizes = found.map((page) =>
      page.reduce((sum, { dynamodb }) => sum + dynamodb.SizeBytes, 0),
    );
    expect(found.flat()).toHaveLength(30);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(mebibyte);
    // Another record of both images would not have fit.
    for (const size of sizes.slice(0, -1)) expect(size + 2 * bytes + 100).toBeGreaterThan(mebibyte);
    expect(told(found.flat())).toEqual(told(await records(arn)));
  });

  test('an iterator may be used again and gives the same', async () => {
    const { table, arn } = await makeStreamed();
    await putMany(table, 10);
    const first = await iterator(arn, 'TRIM_HORIZON');
    const once = await getRecords(first, 3);
    await put(table, 'later');
    expect((await getRecords(first, 3)).Records).toEqual(once.Records);
    const rest = await getRecords(once.NextShardIterator);
    expect((await getRecords(once.NextShardIterator)).Records).toEqual(rest.Records);
    expect(rest.Records).toHaveLength(8);
  });

  test('an open shard has always a next iterator, that sees what comes later', async () => {
    const { table, arn } = await makeStreamed();
    let next = await iterator(arn, 'TRIM_HORIZON');
    for (let round = 0; round < 5; ++round) {
      for (let empty = 0; empty < 3; ++empty) {
        const page = await getRecords(next);
        expect(page.Records).toEqual([]);
        next = page.NextShardIterator;
      }
      await put(table, String(round));
      const page = await getRecords(next);
      expect(told(page.Records)).toEqual([`INSERT ${round}`]);
      next = page.NextShardIterator;
    }
  });

  test('a closed shard has an end, whatever the pages', async () => {
    const { table, arn } = await makeStreamed();
    await putMany(table, 50);
    await changeStream(table, disabled);
    await putMany(table, 50);
    for (const limit of [1, 7, 25, 50, 1000]) {
      let next: string | undefined = await iterator(arn, 'TRIM_HORIZON');
      const found: StreamRecord[] = [];
      while (next) {
        const page: Json = await getRecords(next, limit);
        found.push(...page.Records);
        next = page.NextShardIterator;
      }
      expect(found, `limit ${limit}`).toHaveLength(50);
    }
  });

  test('reads of other tables and streams are not in it', async () => {
    const [one, two] = [await makeStreamed(), await makeStreamed()];
    await Promise.all([putMany(one.table, 40), putMany(two.table, 50)]);
    expect(await records(one.arn)).toHaveLength(40);
    expect(await records(two.arn)).toHaveLength(50);
  });

  test('refuses an iterator that was tampered with', async () => {
    const { arn } = await makeStreamed();
    const other = await makeStreamed();
    const good = await iterator(arn, 'TRIM_HORIZON');
    const [ownArn, ...rest] = good.split('|');
    const [last] = rest.slice(-1);
    const turned = (last[5] === 'B' ? 'C' : 'B') + last.slice(6);
    const bad = [
      `${other.arn}|${rest.join('|')}`,
      good.slice(0, -1),
      good.slice(0, good.length / 2),
      `${ownArn}|${rest.slice(0, -1).join('|')}|${last.slice(0, 5)}${turned}`,
      'x',
      'x'.repeat(2048),
    ];
    for (const each of bad) {
      expectError(
        await call('GetRecords', { ShardIterator: each }),
        'ValidationException',
        'Invalid ShardIterator',
      );
    }
    await getRecords(good);
  });

  const member = (path: string, value: string, rule: string) => ({
    error: 'ValidationException',
    message: constraint(path, value, `Member must ${rule}`),
  });
  refuses('GetRecords', [
    { name: 'no iterator', request: {}, ...member('shardIterator', 'null', 'not be null') },
    {
      name: 'an empty iterator',
      request: { ShardIterator: '' },
      ...member('shardIterator', "''", 'have length greater than or equal to 1'),
    },
    {
      name: 'a long iterator',
      request: { ShardIterator: 'x'.repeat(2049) },
      error: 'ValidationException',
      message: /failed to satisfy constraint: Member must have length less than or equal to 2048/,
    },
    {
      name: 'a limit of 0',
      request: { ShardIterator: 'x', Limit: 0 },
      ...member('limit', "'0'", 'have value greater than or equal to 1'),
    },
    {
      name: 'a limit of 1001',
      request: { ShardIterator: 'x', Limit: 1001 },
      error: 'ValidationException',
      message: /Limit/,
    },
  ]);
});
