// A server under load is killed with SIGKILL, again and again; after each restart it must hold
// everything that it acknowledged and no half of anything.
//
// JEDLIK_CRASH_KILLS   how many times (25)
// JEDLIK_CRASH_SEED    what the random choices start from (drawn and printed when not given)
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  killLeftovers,
  makeFolder,
  removeFolder,
  serveArguments,
  Server,
  ServerProcess,
} from '../api/support/server.ts';
import type { Item } from '../api/support/item_size.ts';
import { must } from './client.ts';
import { canonical, sealed } from './items.ts';
import { Random } from '../api/support/random.ts';
import { World } from './world.ts';

const kills = Number(process.env.JEDLIK_CRASH_KILLS ?? 25);
const seed = Number(process.env.JEDLIK_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
// So small that partitions of tables and of indexes are split all the time.
const small = ['--partition-size', '1'];

interface Killed {
  acknowledged: number;
  splits: number;
}

/** Loads the server and kills it after a number of acknowledged writes. */
async function writeAndKill(world: World, server: Server, random: Random): Promise<Killed> {
  const fatal = 1 + random.skewed(2500);
  let acknowledged = 0;
  let killed = false;
  const load = {
    endpoint: server.endpoint,
    random,
    acknowledged: (count: number) => {
      acknowledged += count;
      if (acknowledged < fatal || killed) return;
      killed = true;
      server.signal('SIGKILL');
    },
  };
  await world.write(load, () => killed);
  const exit = await server.exited;
  expect(exit.signal, exit.stderr).toBe('SIGKILL');
  return { acknowledged, splits: exit.stderr.split('event=partition_split ').length - 1 };
}

/** Kills a server while it recovers from the kill before. */
async function killWhileStarting(folder: string): Promise<void> {
  const starting = new ServerProcess(serveArguments(folder));
  await starting.firstOutput();
  starting.child.kill('SIGKILL');
  expect((await starting.exited).signal).toBe('SIGKILL');
}

describe('a server that is killed', () => {
  const folders: string[] = [];
  afterAll(async () => {
    killLeftovers();
    for (const folder of folders) await removeFolder(folder);
  });

  test(`keeps what it acknowledged, ${kills} times`, async () => {
    const folder = await makeFolder();
    folders.push(folder);
    console.log(`JEDLIK_CRASH_SEED=${seed} JEDLIK_CRASH_KILLS=${kills}`);
    const random = new Random(seed);
    const world = new World();
    let server = await Server.start({ folder, args: small });
    await world.create(server.endpoint);

    let acknowledged = 0;
    let splits = 0;
    for (let done = 0; done < kills;) {
      const killed = await writeAndKill(world, server, random);
      acknowledged += killed.acknowledged;
      splits += killed.splits;
      done += 1;
      if (done < kills && random.chance(0.2)) {
        await killWhileStarting(folder);
        done += 1;
      }
      server = await Server.start({ folder, args: small });
      const problems = await world.check(server.endpoint);
      expect(problems, `seed ${seed}, after kill ${done}`).toEqual([]);
    }

    await server.stop();
    server = await Server.start({ folder });
    expect(await world.check(server.endpoint), `seed ${seed}, at the end`).toEqual([]);
    await server.stop();
    console.log(`${kills} kills survived, ${acknowledged} writes acknowledged, ${splits} splits`);
  });
});

// The checker must be able to fail: each of these does to the server, behind the checker's back,
// what a crash must not do.
describe('the checker finds', () => {
  const world = new World();
  const [people] = world.models;
  let folder: string;
  let server: Server;
  const item = sealed({ id: { S: 'victim' }, text: { S: 'new' } }, 'stamp-new');
  const older = sealed({ id: { S: 'victim' }, text: { S: 'old' } }, 'stamp-old');
  const key = { id: { S: 'victim' } };

  beforeAll(async () => {
    folder = await makeFolder();
    server = await Server.start({ folder });
    await world.create(server.endpoint);
    const first = new Random(seed);
    await writeAndKill(world, server, first);
    server = await Server.start({ folder });
    expect(await world.check(server.endpoint)).toEqual([]);
  });

  afterAll(async () => {
    killLeftovers();
    await removeFolder(folder);
  });

  const put = (what: object) =>
    must(server.endpoint, 'PutItem', { TableName: 'people', Item: what });
  const drop = () => must(server.endpoint, 'DeleteItem', { TableName: 'people', Key: key });

  async function acknowledge(state: Item | undefined): Promise<void> {
    const sent = people.sent(key, state);
    await (state ? put(state) : drop());
    sent.applied();
  }

  /** An acknowledged write, then the harm, and what the checker says of it. */
  async function harmed(harm: () => Promise<unknown>): Promise<string[]> {
    await acknowledge(item);
    await harm();
    const problems = await world.check(server.endpoint);
    await acknowledge(item);
    return problems;
  }

  test('nothing where nothing is wrong', async () => {
    expect(await harmed(async () => {})).toEqual([]);
  });

  test('a lost write', async () => {
    expect(await harmed(drop)).toEqual([
      expect.stringMatching(/^people: key .*victim.*: acknowledged .*, found nothing, 0 changes/),
    ]);
  });

  test('a write that went back to an older value', async () => {
    expect(await harmed(() => put(older))).toEqual([
      expect.stringMatching(/acknowledged .*new.*old/),
    ]);
  });

  test('a delete that was undone', async () => {
    await acknowledge(undefined);
    await put(item);
    expect(await world.check(server.endpoint)).toEqual([
      expect.stringMatching(/acknowledged nothing, found/),
    ]);
  });

  test('half an item', async () => {
    const problems = await harmed(() => put({ ...item, left: { S: 'other' } }));
    expect(problems).toContainEqual(expect.stringMatching(/half an item/));
    expect(problems).toContainEqual(expect.stringMatching(/checksum is wrong/));
  });

  test('an item that nobody wrote', async () => {
    const stranger = sealed({ id: { S: 'stranger' } }, 'stamp-stranger');
    await put(stranger);
    expect(await world.check(server.endpoint)).toEqual([
      expect.stringMatching(/stranger.* was never written/),
    ]);
    await must(server.endpoint, 'DeleteItem', { TableName: 'people', Key: { id: stranger.id } });
  });

  test('a lost table', async () => {
    await must(server.endpoint, 'DeleteTable', { TableName: 'blocks' });
    const problems = await world.check(server.endpoint);
    expect(problems).toContain('the table blocks is lost');
  });

  test('wrong figures and another table of the same name', () => {
    const observed = {
      description: {
        TableName: 'made-up',
        TableId: '1',
        TableArn: 'arn',
        TableStatus: 'ACTIVE',
        CreationDateTime: 1,
        ItemCount: 1,
        TableSizeBytes: 10,
      },
      items: [{ id: { S: '12345678' } }],
      rows: new Map(),
    };
    const { identity } = new World().models[0];
    expect(identity.check(observed)).toEqual([]);
    const with_ = (change: object) => ({
      ...observed,
      description: { ...observed.description, ...change },
    });
    expect(identity.check(with_({ ItemCount: 2 }))).toHaveLength(1);
    expect(identity.check(with_({ TableSizeBytes: 11 }))).toHaveLength(1);
    expect(identity.check(with_({ TableId: '2' }))).toHaveLength(1);
    expect(identity.check(with_({ TableStatus: 'CREATING' }))).toHaveLength(1);
    expect(canonical({ b: { N: '1' }, a: { N: '2' } })).toBe(
      canonical({ a: { N: '2' }, b: { N: '1' } }),
    );
  });
});
