// Transfers between accounts, readers that check the total, and SIGKILL: what was acknowledged is
// there, nothing is done by half, and a transfer without an answer that is sent again is done once.
//
// JEDLIK_CRASH_KILLS   how many times (25)
// JEDLIK_CRASH_SEED    what the random choices start from (drawn and printed when not given)
import { afterAll, describe, expect, test } from 'vitest';
import { Random } from '../api/support/random.ts';
import { killLeftovers, makeFolder, removeFolder, Server } from '../api/support/server.ts';
import { repeat } from './load.ts';
import { readBooks, Transfers, type Books } from './transfers.ts';

const kills = Number(process.env.JEDLIK_CRASH_KILLS ?? 25);
const seed = Number(process.env.JEDLIK_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const writers = 12;
const readers = 4;

describe('transfers', () => {
  let folder: string;
  afterAll(async () => {
    killLeftovers();
    await removeFolder(folder);
  });

  test(`keep the total through ${kills} kills`, async () => {
    folder = await makeFolder();
    console.log(`JEDLIK_CRASH_SEED=${seed} JEDLIK_CRASH_KILLS=${kills}`);
    const random = new Random(seed);
    const transfers = new Transfers();
    let server = await Server.start({ folder });
    await transfers.create(server.endpoint);
    for (let done = 0; done < kills; ++done) {
      const fatal = 1 + random.skewed(600);
      let acknowledged = 0;
      let killed = false;
      const load = {
        endpoint: server.endpoint,
        random,
        acknowledged: () => {
          acknowledged += 1;
          if (acknowledged < fatal || killed) return;
          killed = true;
          server.signal('SIGKILL');
        },
      };
      const ends = { gone: () => killed, done: () => false };
      await Promise.all([
        ...Array.from({ length: writers }, () => repeat(() => transfers.transfer(load), ends)),
        ...Array.from({ length: readers }, () => repeat(() => transfers.read(load), ends)),
      ]);
      expect((await server.exited).signal).toBe('SIGKILL');

      server = await Server.start({ folder });
      const when = `seed ${seed}, after kill ${done + 1}`;
      expect(transfers.check(await readBooks(server.endpoint)), when).toEqual([]);
      await transfers.sendAgain(server.endpoint);
      expect(transfers.check(await readBooks(server.endpoint)), when).toEqual([]);
    }
    await server.stop();
    expect(transfers.retried).toBeGreaterThan(0);
    const { count, reads, refused, retried } = transfers;
    console.log(
      `${kills} kills, ${count} transfers acknowledged, ${refused} refused, ${retried} sent again, ` +
        `${reads} readings of all accounts`,
    );
  });
});

// The checker must be able to fail: the books here are made up.
describe('the checker of transfers finds', () => {
  const at = (table: number, account: number) => `accounts-${table}/account-${account}`;
  const books = (): Books => ({
    balances: new Map(
      [1, 2].flatMap((table) => Array.from({ length: 8 }, (_, i) => [at(table, i), 1000] as const)),
    ),
    receipts: [],
  });

  test('nothing where nothing is wrong', () => {
    expect(new Transfers().check(books())).toEqual([]);
  });

  test('half a transfer', () => {
    const half = books();
    half.balances.set(at(1, 0), 900);
    expect(new Transfers().check(half)).toEqual([
      'accounts-1/account-0 has 900, its receipts say 1000',
    ]);
  });

  test('a transfer that was done twice, or is a stranger', () => {
    const twice = books();
    twice.receipts.push({ id: 'x', from: at(1, 0), to: at(2, 0), amount: 5 });
    twice.balances.set(at(1, 0), 990).set(at(2, 0), 1010);
    expect(new Transfers().check(twice)).toEqual([
      'accounts-1/account-0 has 990, its receipts say 995',
      'accounts-2/account-0 has 1010, its receipts say 1005',
      'transfer x was refused',
    ]);
  });
});
