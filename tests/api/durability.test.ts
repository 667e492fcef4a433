// What a server keeps from one start to the next, and how it starts and leaves.
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callAt, send, signedHeaders, type Json } from './support/call.ts';
import { itemSize, type Item } from './support/item_size.ts';
import {
  killLeftovers,
  makeFolder,
  removeFolder,
  runToEnd,
  serveArguments,
  Server,
} from './support/server.ts';
import { tableRequest } from './support/service.ts';

let folder: string;
beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(() => removeFolder(folder));
afterAll(killLeftovers);

async function ok(server: Server, operation: string, request: Json): Promise<Json> {
  const answer = await callAt(server.endpoint, operation, request);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

async function makeTable(server: Server, name: string, keys: string, extra: object = {}) {
  await ok(server, 'CreateTable', tableRequest(name, keys, extra));
  for (;;) {
    const { Table: table } = await ok(server, 'DescribeTable', { TableName: name });
    if (table.TableStatus === 'ACTIVE') return table;
  }
}

async function everything(server: Server): Promise<Json> {
  const { TableNames: names } = await ok(server, 'ListTables', {});
  const tables: Json = {};
  for (const name of names) {
    const { Table: table } = await ok(server, 'DescribeTable', { TableName: name });
    const { Items: items } = await ok(server, 'Scan', { TableName: name, ConsistentRead: true });
    const { Tags: tags } = await ok(server, 'ListTagsOfResource', { ResourceArn: table.TableArn });
    tables[name] = { table, items, tags };
  }
  return tables;
}

async function fill(server: Server): Promise<void> {
  await makeTable(server, 'people', 'id:S', { Tags: [{ Key: 'team', Value: 'blue' }] });
  await makeTable(server, 'events', 'source:B at:N', {
    BillingMode: undefined,
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 3 },
    DeletionProtectionEnabled: true,
    TableClass: 'STANDARD_INFREQUENT_ACCESS',
  });
  const person = (n: number): Item => ({
    id: { S: `person-${n}` },
    n: { N: `${n}.5` },
    more: { M: { l: { L: [{ NULL: true }, { BOOL: false }, { NS: ['1', '-2'] }] } } },
  });
  for (let n = 0; n < 20; ++n) {
    await ok(server, 'PutItem', { TableName: 'people', Item: person(n) });
  }
  await ok(server, 'DeleteItem', { TableName: 'people', Key: { id: { S: 'person-3' } } });
  await ok(server, 'UpdateItem', {
    TableName: 'people',
    Key: { id: { S: 'person-4' } },
    UpdateExpression: 'SET n = :n REMOVE more',
    ExpressionAttributeValues: { ':n': { N: '44' } },
  });
  await ok(server, 'BatchWriteItem', {
    RequestItems: {
      events: [1, -1, 1e10].map((at) => ({
        PutRequest: { Item: { source: { B: 'AP8=' }, at: { N: String(at) } } },
      })),
    },
  });
}

describe('a folder', () => {
  test('keeps tables, tags, items and their figures over a restart', async () => {
    let server = await Server.start({ folder });
    await fill(server);
    const before = await everything(server);
    expect(before.people.table.ItemCount).toBe(19);
    expect(before.people.table.TableSizeBytes).toBe(
      before.people.items.reduce((total: number, item: Item) => total + itemSize(item), 0),
    );
    await server.stop();
    for (let round = 0; round < 2; ++round) {
      server = await Server.start({ folder });
      expect(await everything(server)).toEqual(before);
      await server.stop();
    }
  });

  test('keeps everything over a SIGKILL without warning', async () => {
    let server = await Server.start({ folder });
    await fill(server);
    const before = await everything(server);
    await server.kill();
    server = await Server.start({ folder });
    expect(await everything(server)).toEqual(before);
    await server.stop();
  });

  test('does not bring back a dropped table', async () => {
    let server = await Server.start({ folder });
    await makeTable(server, 'dropped', 'id:S');
    await ok(server, 'PutItem', { TableName: 'dropped', Item: { id: { S: 'old' } } });
    await ok(server, 'DeleteTable', { TableName: 'dropped' });
    // Whether the dropping was finished before or after the restart must make no difference.
    await server.stop();
    server = await Server.start({ folder });
    let names: string[];
    do {
      ({ TableNames: names } = await ok(server, 'ListTables', {}));
    } while (names.length > 0);
    const again = await makeTable(server, 'dropped', 'id:S');
    expect([again.ItemCount, again.TableSizeBytes]).toEqual([0, 0]);
    expect((await ok(server, 'Scan', { TableName: 'dropped' })).Items).toEqual([]);
    await server.stop();
  });

  test('is made when it is not there', async () => {
    const server = await Server.start({ folder: path.join(folder, 'new', 'one') });
    await makeTable(server, 'table', 'id:S');
    await server.stop();
  });

  test('belongs to one server: a second is refused, the first serves on', async () => {
    const first = await Server.start({ folder });
    await makeTable(first, 'table', 'id:S');
    const second = await runToEnd(serveArguments(folder));
    expect(second.code).not.toBe(0);
    expect(second.signal).toBeNull();
    expect(second.stdout).not.toMatch(/listens on/);
    expect(second.stderr).toMatch(/another|already|in use|lock/i);
    expect(second.stderr).toContain(folder);
    expect((await ok(first, 'ListTables', {})).TableNames).toEqual(['table']);
    await first.stop();
  });
});

describe('a server', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('leaves with code 0 on %s', async (signal) => {
    const server = await Server.start({ folder });
    const exit = await server.stop(signal);
    expect(exit.stdout).toMatch(/Jedlik listens on http:\/\/127\.0\.0\.1:\d+\s/);
    expect(exit.stdout).toContain(folder);
  });

  test('finishes the writes that are under way when it is told to leave', async () => {
    let server = await Server.start({ folder });
    await makeTable(server, 'table', 'id:S');
    const { endpoint } = server;
    const writes: Promise<string | undefined>[] = [];
    for (let n = 0; n < 200; ++n) {
      const request = { TableName: 'table', Item: { id: { S: `item-${n}` } } };
      writes.push(
        callAt(endpoint, 'PutItem', request).then(
          (answer) => (answer.status === 200 ? `item-${n}` : undefined),
          () => undefined,
        ),
      );
    }
    await Promise.race(writes);
    await server.stop();
    const acknowledged = (await Promise.all(writes)).filter((id) => id !== undefined);
    expect(acknowledged.length).toBeGreaterThan(0);
    server = await Server.start({ folder });
    const { Items: items } = await ok(server, 'Scan', { TableName: 'table' });
    const ids = items.map((item: { id: { S: string } }) => item.id.S);
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
    await server.stop();
  });

  test('takes up what became of tables when it was told to leave', async () => {
    const names = Array.from({ length: 8 }, (_, n) => `table-${n}`);
    let server = await Server.start({ folder });
    const creations = names.map((name) =>
      callAt(server.endpoint, 'CreateTable', tableRequest(name, 'id:S')),
    );
    await Promise.race(creations);
    expect((await server.stop()).code).toBe(0);
    await Promise.allSettled(creations);

    server = await Server.start({ folder });
    const created = (await ok(server, 'ListTables', {})).TableNames;
    expect(created.length).toBeGreaterThan(0);
    for (const name of created) {
      // Waits until the table is ACTIVE.
      await ok(server, 'PutItem', { TableName: name, Item: { id: { S: 'x' } } });
    }
    const deletions = created.map((name: string) =>
      callAt(server.endpoint, 'DeleteTable', { TableName: name }),
    );
    await Promise.race(deletions);
    expect((await server.stop()).code).toBe(0);
    const answers = await Promise.allSettled(deletions);

    server = await Server.start({ folder });
    const accepted = created.filter((_: string, n: number) => answers[n].status === 'fulfilled');
    expect(accepted.length).toBeGreaterThan(0);
    for (const name of accepted) {
      let status;
      do ({ status } = await callAt(server.endpoint, 'DescribeTable', { TableName: name }));
      while (status === 200);
    }
    await server.stop();
  });

  test('leaves although clients keep idle connections open', async () => {
    const server = await Server.start({ folder });
    await ok(server, 'ListTables', {});
    const exit = await server.stop();
    expect(exit.code).toBe(0);
  });

  test('listens where it is told to, again after a restart', async () => {
    const first = await Server.start({ folder });
    const listen = `127.0.0.1:${first.port}`;
    await ok(first, 'ListTables', {});
    await first.stop();
    const second = await Server.start({ folder, listen });
    expect(second.port).toBe(first.port);
    await ok(second, 'ListTables', {});
    await second.stop();
  });

  test('uses its region in ARNs and in its health text', async () => {
    const server = await Server.start({ folder, args: ['--region', 'eu-central-1'] });
    const table = await makeTable(server, 'table', 'id:S');
    expect(table.TableArn).toMatch(/^arn:aws:dynamodb:eu-central-1:\d{12}:table\/table$/);
    const health = await send(server.endpoint, { method: 'GET' });
    expect(health.text).toBe('healthy: dynamodb.eu-central-1.amazonaws.com ');
    await server.stop();
  });

  test('keeps nothing when it is ephemeral', async () => {
    const args = ['serve', '--ephemeral', '--listen', '127.0.0.1:0'];
    let server = await Server.launch(args, { TMPDIR: folder });
    await makeTable(server, 'table', 'id:S');
    await ok(server, 'PutItem', { TableName: 'table', Item: { id: { S: 'x' } } });
    await server.stop();
    expect(await readdir(folder)).toEqual([]);
    server = await Server.launch(args, { TMPDIR: folder });
    expect((await ok(server, 'ListTables', {})).TableNames).toEqual([]);
    await server.stop();
  });

  test('reads a configuration file, and flags go before it', async () => {
    const file = path.join(folder, 'jedlik.toml');
    const data = path.join(folder, 'data');
    await writeFile(
      file,
      `data = "${data}"\nlisten = "127.0.0.1:0"\nregion = "eu-west-1"\nthreads = 1\n`,
    );
    const health = async (args: string[]) => {
      const server = await Server.launch(args);
      const { text } = await send(server.endpoint, { method: 'GET' });
      await server.stop();
      return text;
    };
    expect(await health(['serve', '--config', file])).toContain('eu-west-1');
    expect(await health(['serve', '--config', file, '--region', 'us-west-2'])).toContain(
      'us-west-2',
    );
    expect(await readdir(folder)).toEqual(['data', 'jedlik.toml']);
  });

  test('serves with one thread and with four', async () => {
    for (const threads of ['1', '4']) {
      const server = await Server.start({ folder, args: ['--threads', threads] });
      await Promise.all(Array.from({ length: 50 }, () => ok(server, 'ListTables', {})));
      await server.stop();
    }
  });

  test('logs in lines with a level', async () => {
    const server = await Server.start({ folder });
    await send(server.endpoint, { headers: signedHeaders('ListTables'), body: '{' });
    const { stderr } = await server.stop();
    const lines = stderr.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/\b(trace|debug|info|warn(ing)?|error)\b/i);
  });
});
