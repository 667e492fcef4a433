import { describe, expect, test } from 'vitest';
import { constraint, makeTable, ok, refuses } from '../support/service.ts';
import { changeStream, disabled, enabled, makeStreamed, streams } from './streams.ts';

type Listed = { StreamArn: string; TableName: string; StreamLabel: string };

/** All pages, of `limit` streams each. */
async function pages(request: object, limit: number): Promise<Listed[][]> {
  const found: Listed[][] = [];
  let from: string | undefined;
  do {
    const page = await ok('ListStreams', {
      ...request,
      Limit: limit,
      ExclusiveStartStreamArn: from,
    });
    expect(page.Streams.length).toBeLessThanOrEqual(limit);
    found.push(page.Streams);
    from = page.LastEvaluatedStreamArn;
    if (from) expect(from).toBe(page.Streams.at(-1).StreamArn);
  } while (from);
  return found;
}

describe('ListStreams', () => {
  test('of a table, by its name and by its ARN', async () => {
    const { table, arn } = await makeStreamed();
    await makeStreamed();
    const label = arn.split('/stream/')[1];
    const listed = [{ StreamArn: arn, TableName: table, StreamLabel: label }];
    expect((await streams.listStreams({ TableName: table })).Streams).toEqual(listed);
    const tableArn = arn.split('/stream/')[0];
    expect((await ok('ListStreams', { TableName: tableArn })).Streams).toEqual(listed);
  });

  test('of a table without one, and of no table', async () => {
    const table = await makeTable('id:S', 'no-stream');
    expect(await ok('ListStreams', { TableName: table })).toEqual({ Streams: [] });
    expect(await ok('ListStreams', { TableName: 'nosuch-table' })).toEqual({ Streams: [] });
  });

  test('of a table, in pages', async () => {
    const { table, arn } = await makeStreamed();
    const arns = [arn];
    for (let round = 0; round < 4; ++round) {
      await changeStream(table, disabled);
      arns.push((await changeStream(table, enabled('KEYS_ONLY'))).LatestStreamArn);
    }
    const found = await pages({ TableName: table }, 2);
    expect(found.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(found.flat().map(({ StreamArn: each }) => each)).toEqual(arns);
  });

  test('of all tables, in pages: each once', async () => {
    const made = [await makeStreamed(), await makeStreamed(), await makeStreamed()];
    await changeStream(made[0].table, disabled);
    made.push({
      table: made[0].table,
      arn: (await changeStream(made[0].table, enabled('NEW_IMAGE'))).LatestStreamArn,
    });
    for (const limit of [1, 3, 100]) {
      const arns = (await pages({}, limit)).flat().map(({ StreamArn: arn }) => arn);
      expect(new Set(arns).size).toBe(arns.length);
      expect(arns).toEqual(expect.arrayContaining(made.map(({ arn }) => arn)));
    }
  });

  refuses('ListStreams', [
    {
      name: 'a limit of 0',
      request: { Limit: 0 },
      error: 'ValidationException',
      message: constraint('limit', "'0'", 'Member must have value greater than or equal to 1'),
    },
    {
      name: 'a limit of 101',
      request: { Limit: 101 },
      error: 'ValidationException',
      message: /Limit/,
    },
    {
      name: 'a table name that is none',
      request: { TableName: 'a b' },
      error: 'ValidationException',
      message: /tableName/,
    },
    {
      name: 'a short ARN',
      request: { ExclusiveStartStreamArn: 'arn' },
      error: 'ValidationException',
      message: constraint(
        'exclusiveStartStreamArn',
        "'arn'",
        'Member must have length greater than or equal to 37',
      ),
    },
    {
      name: 'an ARN that is none',
      request: { ExclusiveStartStreamArn: 'x'.repeat(40) },
      error: 'ValidationException',
      message: /ExclusiveStartStreamArn/,
    },
  ]);
});
