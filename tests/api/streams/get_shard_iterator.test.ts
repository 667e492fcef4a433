import { describe, expect, test } from 'vitest';
import { call, constraint, expectError, ok, refuses } from '../support/service.ts';
import {
  changeStream,
  disabled,
  getRecords,
  iterator,
  makeStreamed,
  onlyShard,
  records,
  sdkRecords,
  streams,
  told,
} from './streams.ts';

const put = (table: string, id: string) =>
  ok('PutItem', { TableName: table, Item: { id: { S: id } } });

async function from(arn: string, type: string, number?: string): Promise<string[]> {
  return told((await getRecords(await iterator(arn, type, number))).Records);
}

/** A stream with single writes and a batch, whose changes are one commit. */
async function makeFilled() {
  const made = await makeStreamed();
  await put(made.table, 'one');
  await put(made.table, 'two');
  const requests = ['three', 'four', 'five'].map((id) => ({
    PutRequest: { Item: { id: { S: id } } },
  }));
  await ok('BatchWriteItem', { RequestItems: { [made.table]: requests } });
  await put(made.table, 'six');
  return made;
}

describe('GetShardIterator', () => {
  test('TRIM_HORIZON begins with the first record', async () => {
    const { arn } = await makeFilled();
    const all = await records(arn);
    expect(all).toHaveLength(6);
    expect(await from(arn, 'TRIM_HORIZON')).toEqual(told(all));
  });

  test('LATEST sees what is written after it was made, and nothing else', async () => {
    const { table, arn } = await makeFilled();
    const latest = await iterator(arn, 'LATEST');
    const before = await getRecords(latest);
    expect(before.Records).toEqual([]);
    await put(table, 'seven');
    expect(told((await getRecords(latest)).Records)).toEqual(['INSERT seven']);
    expect(told((await getRecords(before.NextShardIterator)).Records)).toEqual(['INSERT seven']);
  });

  test('LATEST and TRIM_HORIZON of a stream in which nothing happened', async () => {
    const { table, arn } = await makeStreamed();
    const iterators = [await iterator(arn, 'LATEST'), await iterator(arn, 'TRIM_HORIZON')];
    for (const each of iterators) expect((await getRecords(each)).Records).toEqual([]);
    await put(table, 'one');
    for (const each of iterators)
      expect(told((await getRecords(each)).Records)).toEqual(['INSERT one']);
  });

  test('AT and AFTER a sequence number are exact, in a batch too', async () => {
    const { arn } = await makeFilled();
    const all = await records(arn);
    for (const [place, { dynamodb }] of all.entries()) {
      const number = dynamodb.SequenceNumber;
      expect(await from(arn, 'AT_SEQUENCE_NUMBER', number)).toEqual(told(all.slice(place)));
      expect(await from(arn, 'AFTER_SEQUENCE_NUMBER', number)).toEqual(told(all.slice(place + 1)));
    }
  });

  test('AT the first number of a shard, AFTER the last of a closed one', async () => {
    const { table, arn } = await makeFilled();
    await changeStream(table, disabled);
    const { StreamDescription: stream } = await ok('DescribeStream', { StreamArn: arn });
    const range = stream.Shards[0].SequenceNumberRange;
    expect(await from(arn, 'AT_SEQUENCE_NUMBER', range.StartingSequenceNumber)).toHaveLength(6);
    const end = await iterator(arn, 'AFTER_SEQUENCE_NUMBER', range.EndingSequenceNumber);
    expect(await getRecords(end)).toEqual({ Records: [] });
  });

  test('all four by the SDK', async () => {
    const { arn } = await makeFilled();
    const all = await records(arn);
    const count = async (type: 'TRIM_HORIZON' | 'LATEST' | 'AT_SEQUENCE_NUMBER', at?: string) => {
      const { ShardIterator: made } = await streams.getShardIterator({
        StreamArn: arn,
        ShardId: await onlyShard(arn),
        ShardIteratorType: type,
        SequenceNumber: at,
      });
      return (await sdkRecords(made)).length;
    };
    expect(await count('TRIM_HORIZON')).toBe(6);
    expect(await count('LATEST')).toBe(0);
    expect(await count('AT_SEQUENCE_NUMBER', all[2].dynamodb.SequenceNumber)).toBe(4);
  });

  describe('refuses', () => {
    const ask = async (arn: string, request: object) =>
      call('GetShardIterator', { StreamArn: arn, ShardId: await onlyShard(arn), ...request });

    test('a shard that is not of the stream', async () => {
      const { arn } = await makeStreamed();
      const other = await makeStreamed();
      for (const shard of [await onlyShard(other.arn), `shardId-${'0'.repeat(20)}-00000000`]) {
        expectError(
          await ask(arn, { ShardId: shard, ShardIteratorType: 'LATEST' }),
          'ResourceNotFoundException',
          /[Ss]hard/,
        );
      }
    });

    test('a number that is not of the shard', async () => {
      const { arn } = await makeFilled();
      const other = await makeFilled();
      const [{ dynamodb: foreign }] = await records(other.arn);
      const [{ dynamodb: own }] = await records(arn);
      const earlier = String(BigInt(own.SequenceNumber) - 1n);
      for (const number of [foreign.SequenceNumber, earlier, '1'.repeat(21), 'x'.repeat(31)]) {
        expectError(
          await ask(arn, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: number }),
          'ValidationException',
          /SequenceNumber/,
        );
      }
    });

    test('a number behind the end of a closed shard', async () => {
      const { table, arn } = await makeFilled();
      await changeStream(table, disabled);
      const { StreamDescription: stream } = await ok('DescribeStream', { StreamArn: arn });
      const last = stream.Shards[0].SequenceNumberRange.EndingSequenceNumber;
      expectError(
        await ask(arn, {
          ShardIteratorType: 'AT_SEQUENCE_NUMBER',
          SequenceNumber: String(BigInt(last) + 1n),
        }),
        'ValidationException',
        /SequenceNumber/,
      );
    });

    test('a type that needs a number without one, and one that has none with one', async () => {
      const { arn } = await makeFilled();
      const [{ dynamodb: first }] = await records(arn);
      for (const type of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']) {
        expectError(
          await ask(arn, { ShardIteratorType: type }),
          'ValidationException',
          /SequenceNumber/,
        );
      }
      for (const type of ['TRIM_HORIZON', 'LATEST']) {
        expectError(
          await ask(arn, { ShardIteratorType: type, SequenceNumber: first.SequenceNumber }),
          'ValidationException',
          /SequenceNumber/,
        );
      }
    });

    const nosuch =
      'arn:aws:dynamodb:us-east-1:000000000000:table/nosuch-table/stream/2026-01-01T00:00:00.000';
    const whole = {
      StreamArn: nosuch,
      ShardId: `shardId-${'0'.repeat(20)}-00000000`,
      ShardIteratorType: 'LATEST',
    };
    const member = (path: string, value: string, rule: string) => ({
      error: 'ValidationException',
      message: constraint(path, value, `Member must ${rule}`),
    });
    refuses('GetShardIterator', [
      {
        name: 'a stream that is not there',
        request: whole,
        error: 'ResourceNotFoundException',
        message: `Requested resource not found: Stream: ${nosuch} not found`,
      },
      {
        name: 'no shard',
        request: { ...whole, ShardId: undefined },
        ...member('shardId', 'null', 'not be null'),
      },
      {
        name: 'no type',
        request: { ...whole, ShardIteratorType: undefined },
        ...member('shardIteratorType', 'null', 'not be null'),
      },
      {
        name: 'an unknown type',
        request: { ...whole, ShardIteratorType: 'AT_TIMESTAMP' },
        error: 'ValidationException',
        message:
          /Value 'AT_TIMESTAMP' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: \[.*LATEST.*\]/,
      },
      {
        name: 'a short number',
        request: { ...whole, ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: '1' },
        ...member('sequenceNumber', "'1'", 'have length greater than or equal to 21'),
      },
    ]);
  });
});
