// What a stream tells of items that expire, on a server that looks for them often.
import { afterAll, expect, test } from 'vitest';
import type { Item } from '../support/item_size.ts';
import { killLeftovers, makeFolder, removeFolder, Server } from '../support/server.ts';
import { tableRequest } from '../support/service.ts';
import { StreamCopy } from '../support/stream_copy.ts';
import { StreamFollower, type StreamRecord } from '../support/stream_follower.ts';
import { asking, enabled, told, untilActive } from './streams.ts';

const often = ['--ttl-change-interval', '0', '--ttl-sweep-interval-ms', '5'];
const service = { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' };
const past = { N: String(Math.floor(Date.now() / 1000) - 60) };

let folder: string;
afterAll(async () => {
  killLeftovers();
  await removeFolder(folder);
});

test('an expired item is removed by the service, once', async () => {
  folder = await makeFolder();
  const server = await Server.start({ folder, args: often });
  const ask = asking(server);
  const TableName = 'sessions';
  await ask('CreateTable', {
    ...tableRequest(TableName, 'id:S'),
    ...enabled('NEW_AND_OLD_IMAGES'),
  });
  const { LatestStreamArn: arn } = await untilActive(ask, TableName);
  const expires = { Enabled: true, AttributeName: 'ttl' };
  await ask('UpdateTimeToLive', { TableName, TimeToLiveSpecification: expires });

  const items = Array.from({ length: 20 }, (_, n): Item => ({
    id: { S: `expired-${n}` },
    ttl: past,
  }));
  await Promise.all(items.map((Item) => ask('PutItem', { TableName, Item })));
  const [kept, dropped]: Item[] = [{ id: { S: 'kept' } }, { id: { S: 'dropped' } }];
  for (const Item of [kept, dropped]) await ask('PutItem', { TableName, Item });
  await ask('DeleteItem', { TableName, Key: dropped });

  const follower = new StreamFollower(ask, arn);
  const records: StreamRecord[] = [];
  while (records.length < 2 * items.length + 3) records.push(...(await follower.poll()));
  const byService = records.filter(({ userIdentity }) => userIdentity);
  expect(told(byService).sort()).toEqual(
    items.map(({ id }) => `REMOVE ${Object.values(id)[0]}`).sort(),
  );
  for (const { userIdentity, dynamodb } of byService) {
    expect(userIdentity).toEqual(service);
    expect(dynamodb.OldImage).toEqual({ ...dynamodb.Keys, ttl: past });
  }
  const copy = new StreamCopy(['id']);
  copy.add(records);
  expect([...copy.problems, ...copy.compare([kept])]).toEqual([]);
  expect(await follower.drain()).toEqual([]);
  await server.stop();
});
