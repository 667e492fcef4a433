// The kill comes while a global index of a few thousand items is made, or deleted, and the table is
// written to all the while.
//
// JEDLIK_CRASH_SEED    what the random choices start from (drawn and printed when not given)
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../api/support/random.ts';
import { killLeftovers, makeFolder, removeFolder, Server } from '../api/support/server.ts';
import { describeTable, must, observe, settled, Unanswered } from './client.ts';
import { IndexChurn } from './index_churn.ts';
import { OwnKeysWriter, repeat, type Load } from './load.ts';
import { TableModel } from './model.ts';
import { createTableRequest, type Description } from './schema.ts';
import { laterIndexes, orders } from './tables.ts';

const writers = 8;
const keysPerWriter = 375;
const rounds = 2;
const seed = Number(process.env.JEDLIK_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const random = new Random(seed);

let folder: string;
let server: Server;
const model = new TableModel(orders);
const churn = new IndexChurn(model, laterIndexes);
/** How often a server was found in each state of the index after a kill. */
const foundIn = new Map<string, number>();

beforeAll(async () => {
  console.log(`JEDLIK_CRASH_SEED=${seed}`);
  folder = await makeFolder();
  server = await Server.start({ folder });
  await must(server.endpoint, 'CreateTable', createTableRequest(orders));
  await settled(server.endpoint, orders.name);
  await Promise.all(makeWriters(quietLoad()).map((writer) => writer.fill()));
  expect(await check()).toEqual([]);
});

afterAll(async () => {
  killLeftovers();
  await removeFolder(folder);
});

function quietLoad(): Load {
  return { endpoint: server.endpoint, random, acknowledged: () => {} };
}

function makeWriters(load: Load): OwnKeysWriter[] {
  return Array.from({ length: writers }, (_, writer) => {
    return new OwnKeysWriter(load, model, writer, keysPerWriter, 'unfit');
  });
}

async function check(): Promise<string[]> {
  const problems = await churn.check(server.endpoint);
  return [...problems, ...model.check(await observe(server.endpoint, orders.name))];
}

/** The index's state now: that of its description, FILLING where that says so, or GONE. */
async function stateNow(): Promise<string> {
  const description = (await describeTable(server.endpoint, orders.name)) as Description;
  const { IndexStatus: status = 'GONE', Backfilling: filling } = churn.find(description) ?? {};
  return filling ? 'FILLING' : status;
}

async function untilState(...states: string[]): Promise<void> {
  while (!states.includes(await stateNow()));
}

/** Writes until `happens` is over; then the server is there and no write under way. */
async function writeUntil(happens: (load: Load) => Promise<unknown>): Promise<void> {
  const load = quietLoad();
  let over = false;
  const ends = { gone: () => false, done: () => over };
  const happened = happens(load).finally(() => (over = true));
  const writing = makeWriters(load).map((writer) => repeat(() => writer.step(), ends));
  await Promise.all([happened, ...writing]);
}

type Change = (load: Load) => Promise<unknown>;

/** Kills the server under writes: when the change is done, or already at so many writes. */
async function killUnderWrites(change: Change, writes = Infinity): Promise<void> {
  let killed = false;
  let acknowledged = 0;
  const kill = () => {
    killed = true;
    server.signal('SIGKILL');
  };
  const count = (number: number) => {
    acknowledged += number;
    if (acknowledged >= writes && !killed) kill();
  };
  const load = { endpoint: server.endpoint, random, acknowledged: count };
  const changing = change(load).then(
    () => killed || kill(),
    (error) => {
      if (!(error instanceof Unanswered && killed)) throw error;
    },
  );
  const ends = { gone: () => killed, done: () => false };
  const writing = makeWriters(load).map((writer) => repeat(() => writer.step(), ends));
  await Promise.all([changing, ...writing]);
  expect((await server.exited).signal).toBe('SIGKILL');
  server = await Server.start({ folder });
  const state = await stateNow();
  foundIn.set(state, (foundIn.get(state) ?? 0) + 1);
}

/** A change that does not end by itself: the writes decide when the server is killed. */
async function forever(): Promise<void> {
  for (;;) await stateNow();
}

const making: Change = (load) => churn.make(load);
const deleting: Change = (load) => churn.delete(load);
const someWritesAfter = (change: Change) => (load: Load) => change(load).then(forever);
const filling: Change = async (load) => {
  await churn.make(load);
  await untilState('FILLING', 'ACTIVE');
};

/** The server works off what the kill has left, under writes; then everything is compared. */
async function expectSettled(round: number): Promise<void> {
  await writeUntil(() => settled(server.endpoint, orders.name));
  expect(await check(), `seed ${seed}, round ${round}`).toEqual([]);
}

/** Brings the index about, or removes it, without a kill. */
async function prepare(there: boolean): Promise<void> {
  if (churn.isThere !== there) await churn.step(quietLoad());
  expect(await churn.check(server.endpoint), `seed ${seed}`).toEqual([]);
}

describe('an index that is being made is made and complete after a kill', () => {
  const moments: [string, () => Promise<void>][] = [
    ['once it is promised', () => killUnderWrites(making)],
    ['once it is being filled', () => killUnderWrites(filling)],
    ['at any time', () => killUnderWrites(someWritesAfter(making), 1 + random.skewed(500))],
    [
      'and another while it is taken up again',
      async () => {
        await killUnderWrites(making);
        await killUnderWrites(forever, 1 + random.skewed(300));
      },
    ],
  ];

  test.each(moments)('%s', async (_when, kill) => {
    for (let round = 1; round <= rounds; ++round) {
      await prepare(false);
      await kill();
      await expectSettled(round);
    }
  });
});

describe('an index that is being deleted is gone after a kill', () => {
  const moments: [string, () => Promise<void>][] = [
    ['once it is promised', () => killUnderWrites(deleting)],
    ['at any time', () => killUnderWrites(someWritesAfter(deleting), 1 + random.skewed(100))],
  ];

  test.each(moments)('%s', async (_when, kill) => {
    for (let round = 1; round <= rounds; ++round) {
      await prepare(true);
      await kill();
      await expectSettled(round);
    }
  });

  test('while it is being filled', async () => {
    for (let round = 1; round <= rounds; ++round) {
      await prepare(false);
      await killUnderWrites(async (load) => {
        await filling(load);
        await deleting(load);
      });
      await expectSettled(round);
    }
  });
});

// Deleting is over too soon to be met for certain; the figures tell how often it was.
test('the kills came in the midst of making', () => {
  console.log(`found after the kills: ${JSON.stringify(Object.fromEntries(foundIn))}`);
  const amidst = ['CREATING', 'FILLING'].filter((state) => foundIn.has(state));
  expect(amidst).not.toEqual([]);
});
