// Streams of tables: made with a table, enabled and disabled later, described.
import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import {
  call,
  client,
  expectError,
  makeTable,
  ok,
  refuses,
  tableRequest,
  uniqueName,
  untilStatus,
} from '../support/service.ts';
import {
  changeStream,
  disabled,
  enabled,
  getRecords,
  iterator,
  makeStreamed,
  records,
  streams,
  told,
  views,
} from './streams.ts';

const put = (table: string, id: string) =>
  ok('PutItem', { TableName: table, Item: { id: { S: id } } });

describe('CreateTable', () => {
  test.each(views)('with a stream of %s', async (view) => {
    const name = uniqueName('with-stream');
    const { TableDescription: made } = await client.send(
      new CreateTableCommand({ ...tableRequest(name, 'id:S'), ...enabled(view) }),
    );
    expect(made).toMatchObject(enabled(view));
    expect(made!.LatestStreamLabel).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);
    expect(made!.LatestStreamArn).toBe(`${made!.TableArn}/stream/${made!.LatestStreamLabel}`);
    await untilStatus(name, 'ACTIVE');
    const { Table: active } = await client.send(new DescribeTableCommand({ TableName: name }));
    expect(active).toMatchObject({
      ...enabled(view),
      LatestStreamArn: made!.LatestStreamArn,
      LatestStreamLabel: made!.LatestStreamLabel,
    });
    const { StreamDescription: stream } = await streams.describeStream({
      StreamArn: made!.LatestStreamArn,
    });
    expect(stream).toMatchObject({ StreamStatus: 'ENABLED', StreamViewType: view });
  });

  test('with a stream that is disabled has none', async () => {
    const name = await makeTable('id:S', 'no-stream', disabled);
    const { Table: table } = await ok('DescribeTable', { TableName: name });
    for (const member of ['StreamSpecification', 'LatestStreamArn', 'LatestStreamLabel'])
      expect(table).not.toHaveProperty(member);
    expect((await ok('ListStreams', { TableName: name })).Streams).toEqual([]);
  });

  const request = () => tableRequest(uniqueName('refused'), 'id:S');
  const given = (specification: object) => () => ({
    ...request(),
    StreamSpecification: specification,
  });
  refuses('CreateTable', [
    {
      name: 'no StreamEnabled',
      request: given({ StreamViewType: 'KEYS_ONLY' }),
      error: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'streamSpecification.streamEnabled' failed to satisfy constraint: Member must not be null",
    },
    {
      name: 'an unknown view',
      request: given({ StreamEnabled: true, StreamViewType: 'ALL' }),
      error: 'ValidationException',
      message:
        /Value 'ALL' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must satisfy enum value set: \[.*NEW_IMAGE.*\]/,
    },
    {
      name: 'no view',
      request: given({ StreamEnabled: true }),
      error: 'ValidationException',
      message: /StreamViewType/,
    },
    {
      name: 'a view of a disabled stream',
      request: given({ StreamEnabled: false, StreamViewType: 'KEYS_ONLY' }),
      error: 'ValidationException',
      message:
        'One or more parameter values were invalid: Table is being created with a stream disabled, UpdateViewType should not be specified',
    },
  ]);
});

describe('UpdateTable', () => {
  test('enables a stream, which begins there', async () => {
    const table = await makeTable('id:S', 'enable');
    await put(table, 'before');
    const { TableDescription: updating } = await ok('UpdateTable', {
      TableName: table,
      ...enabled('NEW_IMAGE'),
    });
    expect(updating).toMatchObject({ TableStatus: 'UPDATING', ...enabled('NEW_IMAGE') });
    const active = await untilStatus(table, 'ACTIVE');
    expect(active).toMatchObject(enabled('NEW_IMAGE'));
    expect(active.LatestStreamArn).toBe(`${active.TableArn}/stream/${active.LatestStreamLabel}`);
    await put(table, 'after');
    expect(told(await records(active.LatestStreamArn))).toEqual(['INSERT after']);
  });

  test('disables a stream, which stays to be read and ends there', async () => {
    const { table, arn } = await makeStreamed();
    const open = await iterator(arn, 'TRIM_HORIZON');
    await put(table, 'before');
    const active = await changeStream(table, disabled);
    expect(active).not.toHaveProperty('StreamSpecification');
    expect(active.LatestStreamArn).toBe(arn);
    await put(table, 'after');

    const { StreamDescription: stream } = await ok('DescribeStream', { StreamArn: arn });
    expect(stream.StreamStatus).toBe('DISABLED');
    expect(stream.Shards[0].SequenceNumberRange).toHaveProperty('EndingSequenceNumber');
    for (const from of [open, await iterator(arn, 'TRIM_HORIZON')]) {
      const page = await getRecords(from);
      expect(told(page.Records)).toEqual(['INSERT before']);
      expect(page).not.toHaveProperty('NextShardIterator');
    }
    const end = await getRecords(await iterator(arn, 'LATEST'));
    expect(end).toEqual({ Records: [] });
  });

  test('enables it again: another ARN and label, and the old one is there still', async () => {
    const { table, arn: first } = await makeStreamed();
    await put(table, 'one');
    await changeStream(table, disabled);
    await put(table, 'between');
    const { LatestStreamArn: second } = await changeStream(table, enabled('KEYS_ONLY'));
    expect(second).not.toBe(first);
    await put(table, 'two');
    expect(told(await records(first))).toEqual(['INSERT one']);
    expect(told(await records(second))).toEqual(['INSERT two']);

    const { Streams: listed } = await ok('ListStreams', { TableName: table });
    expect(listed.map(({ StreamArn: arn }: { StreamArn: string }) => arn)).toEqual([first, second]);
    const status = async (arn: string) =>
      (await ok('DescribeStream', { StreamArn: arn })).StreamDescription.StreamStatus;
    expect([await status(first), await status(second)]).toEqual(['DISABLED', 'ENABLED']);
    // Numbers of the one go on after those of the other.
    const [{ dynamodb: one }] = await records(first);
    const [{ dynamodb: two }] = await records(second);
    expect(BigInt(two.SequenceNumber)).toBeGreaterThan(BigInt(one.SequenceNumber));
  });

  test('many times in a row gives labels that differ', async () => {
    const table = await makeTable('id:S', 'often');
    const labels = new Set<string>();
    for (let round = 1; round <= 5; ++round) {
      labels.add((await changeStream(table, enabled('KEYS_ONLY'))).LatestStreamLabel);
      await put(table, `round-${round}`);
      await changeStream(table, disabled);
      expect(labels.size).toBe(round);
    }
    const { Streams: listed } = await ok('ListStreams', { TableName: table });
    const all = await Promise.all(listed.map((each: any) => records(each.StreamArn)));
    expect(all.map(told)).toEqual([1, 2, 3, 4, 5].map((round) => [`INSERT round-${round}`]));
  });

  test('refuses to enable what is enabled, and to disable what is not', async () => {
    const { table } = await makeStreamed('id:S', 'KEYS_ONLY');
    for (const view of views) {
      expectError(
        await call('UpdateTable', { TableName: table, ...enabled(view) }),
        'ValidationException',
        `Table already has an enabled stream: TableName: ${table}`,
      );
    }
    await changeStream(table, disabled);
    expectError(
      await call('UpdateTable', { TableName: table, ...disabled }),
      'ValidationException',
      /^Table has no stream to disable/,
    );
    expect((await ok('DescribeTable', { TableName: table })).Table.TableStatus).toBe('ACTIVE');
  });

  const given = (specification: object) => ({
    TableName: 'nosuch-table',
    StreamSpecification: specification,
  });
  refuses('UpdateTable', [
    {
      name: 'a stream of an unknown table',
      request: given({ StreamEnabled: false }),
      error: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: nosuch-table not found',
    },
    {
      name: 'no StreamEnabled',
      request: given({}),
      error: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'streamSpecification.streamEnabled' failed to satisfy constraint: Member must not be null",
    },
    {
      name: 'no view of an enabled stream',
      request: given({ StreamEnabled: true }),
      error: 'ValidationException',
      message: /StreamViewType/,
    },
    {
      name: 'a view of a disabled stream',
      request: given({ StreamEnabled: false, StreamViewType: 'NEW_IMAGE' }),
      error: 'ValidationException',
      message: /StreamViewType/,
    },
  ]);
});

test('a table made again under its name has another stream', async () => {
  const { table, arn: first } = await makeStreamed();
  await put(table, 'first');
  await ok('DeleteTable', { TableName: table });
  await untilStatus(table, 'GONE');
  await ok('CreateTable', { ...tableRequest(table, 'id:S'), ...enabled('KEYS_ONLY') });
  const { LatestStreamArn: second } = await untilStatus(table, 'ACTIVE');
  expect(second).not.toBe(first);
  await put(table, 'second');
  expect(told(await records(second))).toEqual(['INSERT second']);
});
