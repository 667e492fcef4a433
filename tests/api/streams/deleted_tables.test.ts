// Streams of tables that have been deleted: they can be read for a day, and no other table is mixed
// up with them.
import { afterAll, describe, expect, test } from 'vitest';
import { killLeftovers, makeFolder, removeFolder, Server } from '../support/server.ts';
import { ok, tableRequest, untilStatus } from '../support/service.ts';
import { readStream, shardsOf, StreamFollower } from '../support/stream_follower.ts';
import {
  asking,
  enabled,
  getRecords,
  iterator,
  makeStreamed,
  records,
  told,
  untilActive,
} from './streams.ts';

const put = (table: string, id: string) =>
  ok('PutItem', { TableName: table, Item: { id: { S: id } } });

async function drop(table: string): Promise<void> {
  await ok('DeleteTable', { TableName: table });
  await untilStatus(table, 'GONE');
}

const folders: string[] = [];
afterAll(async () => {
  killLeftovers();
  for (const folder of folders) await removeFolder(folder);
});

describe('the stream of a table that is deleted', () => {
  test('is there, disabled, with all its records and an end', async () => {
    const { table, arn } = await makeStreamed();
    const before = await iterator(arn, 'TRIM_HORIZON');
    await put(table, 'a');
    await put(table, 'b');
    await ok('DeleteItem', { TableName: table, Key: { id: { S: 'a' } } });
    const seen = await records(arn);
    await drop(table);

    const { StreamDescription: stream } = await ok('DescribeStream', { StreamArn: arn });
    expect(stream).toMatchObject({ StreamStatus: 'DISABLED', TableName: table });
    expect(stream.KeySchema).toEqual([{ AttributeName: 'id', KeyType: 'HASH' }]);
    const [shard] = await shardsOf(ok, arn);
    expect(shard.SequenceNumberRange.EndingSequenceNumber).toBeDefined();
    const { Streams: listed } = await ok('ListStreams', { TableName: table });
    expect(listed).toEqual([expect.objectContaining({ StreamArn: arn, TableName: table })]);

    expect(await records(arn)).toEqual(seen);
    expect(told(seen)).toEqual(['INSERT a', 'INSERT b', 'REMOVE a']);
    // An iterator of before goes on.
    const page = await getRecords(before);
    expect(page.Records).toEqual(seen);
    const follower = new StreamFollower(ok, arn);
    await follower.drain();
    expect(follower.hasEnded).toBe(true);
  });

  test('is not that of a table of the same name', async () => {
    const { table, arn } = await makeStreamed();
    await put(table, 'old');
    const old = await iterator(arn, 'TRIM_HORIZON');
    await drop(table);
    await ok('CreateTable', { ...tableRequest(table, 'id:S'), ...enabled('KEYS_ONLY') });
    const { LatestStreamArn: next } = await untilStatus(table, 'ACTIVE');
    expect(next).not.toBe(arn);
    await put(table, 'new');

    expect(told((await getRecords(old)).Records)).toEqual(['INSERT old']);
    expect(told(await records(arn))).toEqual(['INSERT old']);
    expect(told(await records(next))).toEqual(['INSERT new']);
    const { Streams: listed } = await ok('ListStreams', { TableName: table });
    expect(listed.map(({ StreamArn }: { StreamArn: string }) => StreamArn)).toEqual([arn, next]);
    await drop(table);
    expect(told(await records(next))).toEqual(['INSERT new']);
  });

  test('is listed in its place among the others, page by page', async () => {
    const folder = await makeFolder();
    folders.push(folder);
    const server = await Server.start({ folder });
    const ask = asking(server);
    for (const name of ['aaa', 'bbb', 'ccc']) {
      await ask('CreateTable', { ...tableRequest(name, 'id:S'), ...enabled('KEYS_ONLY') });
      await untilActive(ask, name);
    }
    await ask('DeleteTable', { TableName: 'bbb' });
    while ((await ask('ListTables', {})).TableNames.length > 2);
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await ask('ListStreams', { Limit: 1, ExclusiveStartStreamArn: after });
      for (const { TableName } of page.Streams) names.push(TableName);
      after = page.LastEvaluatedStreamArn;
    } while (after);
    expect(names).toEqual(['aaa', 'bbb', 'ccc']);
    await server.stop();
  });

  test('is there after a restart', async () => {
    const folder = await makeFolder();
    folders.push(folder);
    let server = await Server.start({ folder });
    let ask = asking(server);
    await ask('CreateTable', { ...tableRequest('streamed', 'id:S'), ...enabled('NEW_IMAGE') });
    const { LatestStreamArn: arn } = await untilActive(ask, 'streamed');
    await ask('PutItem', { TableName: 'streamed', Item: { id: { S: 'a' } } });
    await ask('DeleteTable', { TableName: 'streamed' });
    await server.kill();
    server = await Server.start({ folder });
    ask = asking(server);
    while ((await ask('ListTables', {})).TableNames.length > 0);
    expect(told(await readStream(ask, arn))).toEqual(['INSERT a']);
    await server.stop();
  });
});
