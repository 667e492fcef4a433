// Runs the commands of README.md in their order, each as it stands there but for the port, so that a
// server on port 8000 is not in the way.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Process, root, runToEnd } from '../cli/process.mjs';
import * as commands from './commands.mjs';

describe('the commands of README.md', () => {
  let server;
  let address;
  let folder;
  const ends = [];
  // The server lives as long as the group of tests.
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'jedlik-test-'));
    const group = { after: (end) => ends.push(end) };
    const run = path.join(root, commands.start);
    server = new Process(group, run, ['--listen', '127.0.0.1:0'], { cwd: folder });
    address = new URL(await server.serves()).host;
  });
  after(async () => {
    for (const end of ends) await end();
    rmSync(folder, { recursive: true, force: true });
  });

  const inShell = async (t, command) => {
    const env = { PATH: process.env.PATH, HOME: folder, AWS_PAGER: '' };
    const line = command.replaceAll('127.0.0.1:8000', address);
    const { code, stdout, stderr } = await runToEnd(
      t,
      'bash',
      ['-c', `${commands.credentials}\n${line}`],
      { cwd: root, env },
    );
    assert.equal(code, 0, stdout + stderr);
    return stdout;
  };
  const answer = async (t, command) => JSON.parse((await inShell(t, command)) || 'null');

  test(commands.start, () => {
    assert.ok(server.stdout.includes(`Data: ${path.join(folder, 'data')}\n`), server.stdout);
  });
  test('aws dynamodb list-tables', async (t) => {
    assert.deepEqual(await answer(t, commands.aws.listTables), { TableNames: [] });
  });
  test('aws dynamodb create-table', async (t) => {
    const { TableDescription: table } = await answer(t, commands.aws.createTable);
    assert.equal(table.TableName, 'Users');
  });
  test('aws dynamodb put-item', async (t) => {
    assert.equal(await answer(t, commands.aws.putItem), null);
  });
  test('aws dynamodb query', async (t) => {
    const { Items: items } = await answer(t, commands.aws.query);
    assert.deepEqual(items, [{ UserID: { S: '101' }, Name: { S: 'Alex' } }]);
  });
  test('aws dynamodb delete-item', async (t) => {
    assert.equal(await answer(t, commands.aws.deleteItem), null);
    assert.deepEqual((await answer(t, commands.aws.query)).Items, []);
  });
  test(commands.cities, async (t) => {
    const command = commands.cities.replace(
      'cities.mjs',
      `cities.mjs --endpoint http://${address}`,
    );
    assert.match(await inShell(t, command), /Loaded 138,398 cities/);
  });
  test('jedlik bench', async (t) => {
    assert.match(await inShell(t, commands.bench), /^all +[\d,]+ .* 0$/m);
  });
  test(commands.tests, async (t) => {
    const logs = `JEDLIK_TEST_LOGS=${folder}`;
    assert.match(await inShell(t, `${logs} ${commands.tests} tree`), /\d+ passed, 0 failed\n$/);
  });
});
