// What of a stream is the same after a restart of the server.
import { afterAll, expect, test } from 'vitest';
import { killLeftovers, makeFolder, removeFolder, Server } from '../support/server.ts';
import { tableRequest } from '../support/service.ts';
import { readStream, shardsOf, StreamFollower } from '../support/stream_follower.ts';
import { asking, disabled, enabled, told, untilActive } from './streams.ts';

const folders: string[] = [];
afterAll(async () => {
  killLeftovers();
  for (const folder of folders) await removeFolder(folder);
});

async function newFolder(): Promise<string> {
  const folder = await makeFolder();
  folders.push(folder);
  return folder;
}

const put = (server: Server, id: string) =>
  asking(server)('PutItem', { TableName: 'kept', Item: { id: { S: id } } });

test.each<[string, (server: Server) => Promise<unknown>]>([
  ['stopped', (server) => server.stop()],
  ['killed', (server) => server.kill()],
])('of one that is %s', async (_how, end) => {
  const folder = await newFolder();
  let server = await Server.start({ folder });
  const request = { ...tableRequest('kept', 'id:S'), ...enabled('NEW_IMAGE') };
  await asking(server)('CreateTable', request);
  const { LatestStreamArn: first } = await untilActive(asking(server), 'kept');
  for (const id of ['a', 'b']) await put(server, id);
  await asking(server)('UpdateTable', { TableName: 'kept', ...disabled });
  await untilActive(asking(server), 'kept');
  await asking(server)('UpdateTable', { TableName: 'kept', ...enabled('KEYS_ONLY') });
  const { LatestStreamArn: second } = await untilActive(asking(server), 'kept');
  for (const id of ['c', 'd']) await put(server, id);

  const see = async () => {
    const ask = asking(server);
    const streams = [first, second];
    return {
      listed: await ask('ListStreams', {}),
      described: await Promise.all(streams.map((arn) => ask('DescribeStream', { StreamArn: arn }))),
      records: await Promise.all(streams.map((arn) => readStream(ask, arn))),
      table: (await ask('DescribeTable', { TableName: 'kept' })).Table,
    };
  };
  const before = await see();
  const follower = new StreamFollower(asking(server), second);
  expect(told(await follower.drain())).toEqual(['INSERT c', 'INSERT d']);
  const [{ ShardId: shard }] = await shardsOf(asking(server), second);
  const { ShardIterator: iterator } = await asking(server)('GetShardIterator', {
    StreamArn: second,
    ShardId: shard,
    ShardIteratorType: 'LATEST',
  });

  await end(server);
  server = await Server.start({ folder });
  expect(await see()).toEqual(before);
  await put(server, 'e');
  follower.resume(asking(server));
  expect(told(await follower.drain())).toEqual(['INSERT e']);
  const page = await asking(server)('GetRecords', { ShardIterator: iterator });
  expect(told(page.Records)).toEqual(['INSERT e']);
  await server.stop();
});
