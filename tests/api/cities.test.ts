// examples/cities from end to end on a server of its own.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
// @ts-expect-error The example is plain JavaScript.
import { load } from '../../examples/cities/load.mjs';
import { callAt } from './support/call.ts';
import { killLeftovers, makeFolder, removeFolder, Server } from './support/server.ts';

const program = path.join(
  path.dirname(fileURLToPath(import.meta.url)),
  '../../examples/cities/cities.mjs',
);

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) =>
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  );
}

describe('the cities of the world', () => {
  let folder: string;
  let server: Server;
  beforeAll(async () => {
    folder = await makeFolder();
    server = await Server.start({ folder });
  });
  afterAll(async () => {
    await server.stop();
    killLeftovers();
    await removeFolder(folder);
  });

  test('are loaded, found and counted', { timeout: 120_000 }, async () => {
    const { code, stdout, stderr } = await run('--endpoint', server.endpoint);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/Loaded 138,398 cities in .* a second, 138,398 write units\./);
    expect(stdout).toMatch(/begin with "Buda": 26\n/);
    expect(stdout).toMatch(/The largest of HU: Budapest /);
    expect(stdout).toMatch(/The largest of all: Shanghai /);
    expect(stdout).not.toContain('\r');
    console.log(stdout.match(/Loaded .*/)![0]);
  });

  test('a city too many is noticed', { timeout: 60_000 }, async () => {
    const item = {
      country: { S: 'HU' },
      nameId: { S: 'Budanowhere#x' },
      name: { S: 'Budanowhere' },
      population: { N: '1' },
    };
    await callAt(server.endpoint, 'PutItem', { TableName: 'Cities', Item: item });
    const { code, stderr } = await run('--endpoint', server.endpoint, '--skip-load');
    expect(code).toBe(1);
    expect(stderr).toContain('cities of HU: ');
    expect(stderr).toContain('cities in all: 138399, should be 138398');
    expect(stderr).toContain('ItemCount of the table: 138399, should be 138398');
  });
});

test('what the server leaves undone is sent again', async () => {
  // No waiting between the rounds.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const written: unknown[] = [];
  const server = {
    // Writes the first half of every batch and gives the rest back.
    send: async ({ input }: { input: { RequestItems: { table: unknown[] } } }) => {
      const requests = input.RequestItems.table;
      const half = Math.ceil(requests.length / 2);
      written.push(...requests.slice(0, half));
      const rest = requests.slice(half);
      return {
        UnprocessedItems: rest.length > 0 ? { table: rest } : {},
        ConsumedCapacity: [{ TableName: 'table', CapacityUnits: half }],
      };
    },
  };
  const items = Array.from({ length: 110 }, (_, id) => ({ id }));
  const { writeUnits } = await load(server, 'table', items, 3);
  vi.restoreAllMocks();
  expect(writeUnits).toBe(110);
  const ids = written.map(
    (request) => (request as { PutRequest: { Item: { id: number } } }).PutRequest.Item.id,
  );
  expect(ids.sort((a, b) => a - b)).toEqual(items.map((item) => item.id));
});

describe('the command line', () => {
  test('--help tells the options', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--endpoint URL');
  });

  test.each([
    [['--nonsense'], 2],
    [['--concurrency', 'many'], 2],
    [['--endpoint', 'http://127.0.0.1:1'], 1],
  ])('%j is refused', async (args, expected) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(expected);
    expect(stderr).toMatch(/cities: .+/);
  });
});
