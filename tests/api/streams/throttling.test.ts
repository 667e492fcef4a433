// A server that refuses what is above DynamoDB's rates, and one that does not.
import { afterAll, expect, test } from 'vitest';
import { callAt, type Json } from '../support/call.ts';
import { killLeftovers, makeFolder, removeFolder, Server } from '../support/server.ts';
import { expectError, tableRequest } from '../support/service.ts';
import { asking, enabled, untilActive } from './streams.ts';

const folders: string[] = [];
afterAll(async () => {
  killLeftovers();
  for (const folder of folders) await removeFolder(folder);
});

/** A server with a streamed table that holds a record, and an iterator at it. */
async function begin(args: string[]) {
  const folder = await makeFolder();
  folders.push(folder);
  const server = await Server.start({ folder, args });
  const ask = asking(server);
  await ask('CreateTable', { ...tableRequest('streamed', 'id:S'), ...enabled('NEW_IMAGE') });
  const { LatestStreamArn: StreamArn } = await untilActive(ask, 'streamed');
  await ask('PutItem', { TableName: 'streamed', Item: { id: { S: 'a' } } });
  const { StreamDescription: stream } = await ask('DescribeStream', { StreamArn });
  const { ShardIterator } = await ask('GetShardIterator', {
    StreamArn,
    ShardId: stream.Shards[0].ShardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  const read = () => callAt(server.endpoint, 'GetRecords', { ShardIterator });
  return { server, read };
}

test('five reads of a shard at once are served, and more once time has passed', async () => {
  const { server, read } = await begin(['--throttling']);
  const answers = await Promise.all(Array.from({ length: 50 }, read));
  const served = answers.filter(({ status }) => status === 200);
  expect(served.length).toBeGreaterThanOrEqual(5);
  expect(served.length).toBeLessThan(25);
  for (const answer of answers)
    if (answer.status !== 200) expectError(answer, 'ThrottlingException', 'Rate exceeded');
  let again: Json;
  do again = await read();
  while (again.status !== 200);
  expect(again.body.Records).toHaveLength(1);
  await server.stop();
});

test('without the flag all are', async () => {
  const { server, read } = await begin([]);
  const answers = await Promise.all(Array.from({ length: 50 }, read));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  await server.stop();
});
