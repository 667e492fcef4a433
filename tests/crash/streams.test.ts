// A server whose tables have streams is killed under load, again and again. The stream tells of
// every acknowledged write once, in the order of its item's writes, and of nothing else; a copy made
// of it is the table. It is followed all the while, with nothing but sequence numbers kept from one
// server to the next.
//
// JEDLIK_CRASH_KILLS   how many times (25)
// JEDLIK_CRASH_SEED    what the random choices start from (drawn and printed when not given)
import { afterAll, describe, expect, test } from 'vitest';
import type { Json } from '../api/support/call.ts';
import type { Item } from '../api/support/item_size.ts';
import { Random } from '../api/support/random.ts';
import { killLeftovers, makeFolder, removeFolder, Server } from '../api/support/server.ts';
import { checkWithoutItems } from '../api/support/stream_copy.ts';
import {
  readStream,
  shardsOf,
  StreamFollower,
  type Ask,
  type StreamRecord,
} from '../api/support/stream_follower.ts';
import { describeTable, must, observe, settled } from './client.ts';
import { sealed } from './items.ts';
import { newStamp, OwnKeysWriter, repeat, type Load } from './load.ts';
import { TableModel } from './model.ts';
import { createTableRequest } from './schema.ts';
import { StreamedModel, StreamHistory } from './stream_history.ts';
import { ledger } from './tables.ts';

const kills = Number(process.env.JEDLIK_CRASH_KILLS ?? 25);
const seed = Number(process.env.JEDLIK_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const writers = 12;
// So small that the table's partitions are split.
const small = ['--partition-size', '1'];
const enabled = {
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
};
const disabled = { StreamSpecification: { StreamEnabled: false } };

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

function asking({ endpoint }: Server): Ask {
  return (operation, request) => must(endpoint, operation, request);
}

async function create(server: Server, change: object): Promise<void> {
  await must(server.endpoint, 'CreateTable', { ...createTableRequest(ledger), ...change });
  await settled(server.endpoint, ledger.name);
}

/** Steps of all writers of a load. */
function writing(load: Load, model: TableModel): (() => Promise<void>)[] {
  return Array.from({ length: writers }, (_, writer) => {
    const own = new OwnKeysWriter(load, model, writer + 1);
    return () => own.step();
  });
}

/** More than partitions may hold here, so that they are split while the rest goes on. */
async function fill(server: Server, model: TableModel): Promise<void> {
  const padding = { S: 'x'.repeat(50_000) };
  for (let n = 0; n < 80; ++n) {
    const key: Item = { id: { S: `large-${n}` }, at: { N: '1' } };
    const item = sealed({ ...key, padding }, newStamp());
    const sent = model.sent(key, item);
    await must(server.endpoint, 'PutItem', { TableName: ledger.name, Item: item });
    sent.applied();
  }
}

/** Writes and follows the stream until the server is killed, after a number of writes. */
async function writeAndKill(
  server: Server,
  model: StreamedModel,
  follower: StreamFollower,
  random: Random,
): Promise<number> {
  const fatal = 1 + random.skewed(2500);
  let acknowledged = 0;
  let killed = false;
  const count = (number: number) => {
    acknowledged += number;
    if (acknowledged < fatal || killed) return;
    killed = true;
    server.signal('SIGKILL');
  };
  const load = { endpoint: server.endpoint, random, acknowledged: count };
  const following = async () => model.add(await follower.poll());
  const ends = { gone: () => killed, done: () => false };
  const steps = [...writing(load, model), following];
  await Promise.all(steps.map((step) => repeat(step, ends)));
  const exit = await server.exited;
  expect(exit.signal, exit.stderr).toBe('SIGKILL');
  return acknowledged;
}

test(`a stream tells of every acknowledged write once, across ${kills} kills`, async () => {
  console.log(`JEDLIK_CRASH_SEED=${seed} JEDLIK_CRASH_KILLS=${kills}`);
  const random = new Random(seed);
  const folder = await newFolder();
  const model = new StreamedModel(ledger);
  let server = await Server.start({ folder, args: small });
  await create(server, enabled);
  await fill(server, model);
  const { LatestStreamArn: arn } = (await describeTable(server.endpoint, ledger.name)) as Json;
  const follower = new StreamFollower(asking(server), arn);

  let acknowledged = 0;
  for (let done = 1; done <= kills; ++done) {
    acknowledged += await writeAndKill(server, model, follower, random);
    server = await Server.start({ folder, args: small });
    follower.resume(asking(server));
    model.add(await follower.drain());
    await settled(server.endpoint, ledger.name);
    const observed = await observe(server.endpoint, ledger.name);
    // The stream first: of a write without an answer it is the items that decide for the model.
    const problems = [...model.checkStream(observed.items), ...model.check(observed)];
    if (done === kills || random.chance(0.1))
      problems.push(...model.checkAgain(await readStream(asking(server), arn)));
    expect(problems, `seed ${seed}, after kill ${done}`).toEqual([]);
  }
  const shards = await shardsOf(asking(server), arn);
  await server.stop();
  expect(shards.length, 'no partition was split').toBeGreaterThan(2);
  console.log(
    `${kills} kills, ${acknowledged} writes acknowledged, ${model.recordsSeen} records, ` +
      `${shards.length} shards`,
  );
});

describe('a change of the stream that was promised comes about after a kill', () => {
  const streamOf = (description: Json) => ({
    arn: description.LatestStreamArn,
    specification: description.StreamSpecification,
  });

  /** Changes the stream under writes and kills the server soon after; gives what was promised. */
  async function changeAndKill(server: Server, model: TableModel, change: object, random: Random) {
    let killed = false;
    let acknowledged = 0;
    const count = (number: number) => (acknowledged += number);
    const load = { endpoint: server.endpoint, random, acknowledged: count };
    const ends = { gone: () => killed, done: () => killed };
    const steps = writing(load, model).map((step) => repeat(step, ends));
    const writes = random.skewed(300);
    const look = () => describeTable(server.endpoint, ledger.name);
    while (acknowledged < writes) await look();
    const request = { TableName: ledger.name, ...change };
    const answer = await must(server.endpoint, 'UpdateTable', request);
    const moments = random.skewed(40);
    for (let n = 0; n < moments; ++n) await look();
    killed = true;
    await server.kill();
    await Promise.all(steps);
    return streamOf(answer.TableDescription);
  }

  /** A write of which an open stream tells. */
  async function putMarker(server: Server, model: TableModel, id: string): Promise<void> {
    const key: Item = { id: { S: id }, at: { N: '1' } };
    const item = sealed(key, newStamp());
    const sent = model.sent(key, item);
    await must(server.endpoint, 'PutItem', { TableName: ledger.name, Item: item });
    sent.applied();
  }

  test('enabled and disabled, again and again', async () => {
    const random = new Random(seed);
    const folder = await newFolder();
    const model = new TableModel(ledger);
    let server = await Server.start({ folder });
    await create(server, {});
    const closed = new Map<string, StreamRecord[]>();
    for (let round = 1; round <= 16; ++round) {
      const isOn = round % 2 === 1;
      const about = `seed ${seed}, round ${round}`;
      const promised = await changeAndKill(server, model, isOn ? enabled : disabled, random);
      server = await Server.start({ folder });
      const found = streamOf(await settled(server.endpoint, ledger.name));
      expect(found, about).toEqual(promised);
      expect(model.check(await observe(server.endpoint, ledger.name)), about).toEqual([]);

      const ask = asking(server);
      const { StreamDescription: stream } = await ask('DescribeStream', { StreamArn: found.arn });
      expect(stream.StreamStatus, about).toBe(isOn ? 'ENABLED' : 'DISABLED');
      await putMarker(server, model, `marker-${round}`);
      const follower = new StreamFollower(ask, found.arn);
      const records = await follower.drain();
      expect(follower.hasEnded, about).toBe(!isOn);
      expect(JSON.stringify(records).includes(`"marker-${round}"`), about).toBe(isOn);
      expect(checkWithoutItems(['id', 'at'], records), about).toEqual([]);
      for (const [arn, before] of closed) expect(await readStream(ask, arn), about).toEqual(before);
      if (!isOn) closed.set(found.arn, records);
    }
    await server.stop();
  });
});

// The checker must be able to fail.
describe('the history finds', () => {
  const key: Item = { id: { S: 'a' } };
  const item = (n: number): Item => ({ ...key, n: { N: String(n) } });
  const record = (image?: Item) =>
    ({ dynamodb: { Keys: key, ...(image && { NewImage: image }) } }) as StreamRecord;

  /** Writes of 1 to 3, the second of which ends as given; then records. */
  function problems(second: 'applied' | 'refused' | 'nothing', told: (Item | undefined)[]) {
    const history = new StreamHistory();
    history.sent(key, item(1)).applied();
    const sent = history.sent(key, item(2));
    if (second !== 'nothing') sent[second]();
    history.sent(key, item(3)).applied();
    history.add(told.map(record));
    return history.check();
  }
  const [one, two, three] = [item(1), item(2), item(3)];

  test('nothing where nothing is wrong', () => {
    expect(problems('applied', [one, two, three])).toEqual([]);
    expect(problems('refused', [one, three])).toEqual([]);
    expect(problems('nothing', [one, three])).toEqual([]);
    expect(problems('nothing', [one, two, three])).toEqual([]);
    const history = new StreamHistory();
    history.sent(key, undefined).applied();
    expect(history.check()).toEqual([]);
  });

  test('an acknowledged write that is not told', () => {
    expect(problems('applied', [one, three])).toEqual([expect.stringMatching(/not told of .*"2"/)]);
    expect(problems('applied', [one, two])).toEqual([expect.stringMatching(/not told of .*"3"/)]);
  });

  test('a write that is told twice', () => {
    expect(problems('applied', [one, two, three, three])).toEqual([
      expect.stringMatching(/"3".* was not to come/),
    ]);
  });

  test('a refused write that is told', () => {
    expect(problems('refused', [one, two, three])).toEqual([
      expect.stringMatching(/"2".* was refused/),
    ]);
  });

  test('writes out of order', () => {
    expect(problems('applied', [two, one, three])).not.toEqual([]);
  });

  test('a write that nobody sent', () => {
    expect(problems('applied', [one, two, three, item(4)])).toEqual([
      expect.stringMatching(/"4".* was not to come/),
    ]);
    expect(problems('applied', [one, two, three, undefined])).toEqual([
      expect.stringMatching(/told of nothing, which was not to come/),
    ]);
  });

  test('records that a later reader does not find, or finds otherwise', () => {
    const model = new StreamedModel(ledger);
    const told = (number: number) => ({
      ...record(item(number)),
      eventID: String(number),
    });
    const [first, second, third] = [1, 2, 3].map(told);
    const ofOneShard = '10000000010000000001';
    first.dynamodb.SequenceNumber = second.dynamodb.SequenceNumber = `${ofOneShard}1`;
    third.dynamodb.SequenceNumber = `${ofOneShard}2`;
    model.add([first, second]);
    expect(model.checkAgain([first, second])).toEqual([]);
    for (const found of [[first], [second, first], [first, second, third], [first, third]])
      expect(model.checkAgain(found)).toEqual([expect.stringMatching(/2 records were seen/)]);
  });
});
