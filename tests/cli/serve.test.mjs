// What `jedlik serve` makes of its flags and its configuration file, and what it says.
// tests/api/command_line.test.ts has the command lines that it refuses.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { call, jedlik, makeFolder, Process, runToEnd, serve } from './process.mjs';

const anyPort = ['--listen', '127.0.0.1:0'];

function writeConfig(t, text) {
  const file = path.join(makeFolder(t), 'jedlik.toml');
  writeFileSync(file, text);
  return file;
}

const arnOf = async (endpoint) => {
  const made = await call(endpoint, 'CreateTable', {
    TableName: 'table',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  return made.TableDescription.TableArn;
};

describe('a start', () => {
  test('says where it listens, where the data is and one command to try', async (t) => {
    const folder = makeFolder(t);
    const server = serve(t, ['--data', 'here', ...anyPort], { cwd: folder });
    const endpoint = await server.serves();
    const [first, second, third] = server.stdout.split('\n');
    assert.match(endpoint, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    assert.equal(first, `Jedlik listens on ${endpoint}`);
    assert.equal(second, `Data: ${path.join(folder, 'here')}`);
    assert.match(third, /^Try: +AWS_ACCESS_KEY_ID=\S+ AWS_SECRET_ACCESS_KEY=\S+ aws dynamodb /);
    assert.ok(third.includes(endpoint), third);
  });

  test('the command to try works as it is', async (t) => {
    const folder = makeFolder(t);
    const server = serve(t, ['--data', folder, '--region', 'eu-west-1', ...anyPort]);
    await server.serves();
    const command = /^Try: +(.*)$/m.exec(server.stdout)[1];
    const env = { PATH: process.env.PATH, HOME: folder };
    const { code, stdout, stderr } = await runToEnd(t, 'sh', ['-c', command], { env });
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { TableNames: [] });
  });

  test('keeps the data in ./data when nothing else is said', async (t) => {
    const folder = makeFolder(t);
    await serve(t, anyPort, { cwd: folder }).serves();
    assert.deepEqual(readdirSync(folder), ['data']);
  });

  test('listens on IPv6 loopback and on localhost, too', async (t) => {
    const folder = makeFolder(t);
    for (const [listen, host] of [
      ['[::1]:0', '\\[::1\\]'],
      ['localhost:0', '127\\.0\\.0\\.1'],
    ]) {
      const server = serve(t, ['--data', folder, '--listen', listen]);
      const endpoint = await server.serves();
      assert.match(endpoint, new RegExp(`^http://${host}:[1-9]\\d*$`));
      assert.deepEqual(await call(endpoint, 'ListTables', {}), { TableNames: [] });
      await server.stop();
    }
  });

  test('an ephemeral one leaves nothing behind', async (t) => {
    const folder = makeFolder(t);
    const env = { ...process.env, TMPDIR: folder };
    const server = serve(t, ['--ephemeral', ...anyPort], { cwd: folder, env });
    await arnOf(await server.serves());
    assert.notDeepEqual(readdirSync(folder), []);
    assert.equal((await server.stop()).code, 0);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('--version names the program and its version', async (t) => {
    const { code, stdout } = await runToEnd(t, jedlik, ['--version']);
    assert.equal(code, 0);
    assert.match(stdout, /^jedlik \d+\.\d+\.\d+\n$/);
  });
});

describe('the log', () => {
  test('is one line an event with a time and a level, on stderr', async (t) => {
    const server = serve(t, ['--data', makeFolder(t), ...anyPort]);
    await server.serves();
    const { stderr } = await server.stop();
    const lines = stderr.split('\n').slice(0, -1);
    assert.ok(lines.length >= 2, stderr);
    for (const line of lines) {
      assert.match(
        line,
        /^time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=\w+ event=\w+( \w+=.*)?$/,
      );
    }
    assert.ok(lines.some((line) => / event=started /.test(line)));
    assert.ok(lines.some((line) => / event=stopping /.test(line)));
  });

  test('is silent at the level off', async (t) => {
    const server = serve(t, ['--data', makeFolder(t), '--log-level', 'off', ...anyPort]);
    await server.serves();
    assert.equal((await server.stop()).stderr, '');
  });
});

describe('a configuration file', () => {
  test('gives every setting', async (t) => {
    const folder = makeFolder(t);
    const data = path.join(folder, 'from-file');
    const config = writeConfig(
      t,
      `data = "${data}"\nlisten = "127.0.0.1:0"\nregion = "eu-north-1"\nthreads = 3\n` +
        'cache_mib = 8\npartition_size = 64\nlog_level = "info"\nttl_change_interval = 0\n' +
        'ttl_sweep_interval_ms = 5\nthrottling = true\n',
    );
    const server = serve(t, ['--config', config], { cwd: folder });
    const endpoint = await server.serves();
    assert.match(await arnOf(endpoint), /^arn:aws:dynamodb:eu-north-1:/);
    assert.deepEqual(readdirSync(folder), ['from-file']);
    const { stderr } = await server.stop();
    assert.match(stderr, / event=started .*region=eu-north-1 threads=3 /);
  });

  test('gives way to a flag', async (t) => {
    const folder = makeFolder(t);
    const config = writeConfig(t, 'region = "eu-north-1"\nthreads = 3\nlisten = "127.0.0.1:1"\n');
    const server = serve(t, [
      ...['--data', folder, '--config', config, '--region', 'us-west-2', ...anyPort],
    ]);
    assert.match(await arnOf(await server.serves()), /^arn:aws:dynamodb:us-west-2:/);
    assert.match((await server.stop()).stderr, / event=started .*threads=3 /);
  });

  test('may ask for an ephemeral server', async (t) => {
    const folder = makeFolder(t);
    const config = writeConfig(t, 'ephemeral = true\nlisten = "127.0.0.1:0"\n');
    await serve(t, ['--config', config], { cwd: folder }).serves();
    assert.deepEqual(readdirSync(folder), []);
  });

  for (const [what, text, told] of [
    ['a number where a text belongs', 'region = 7', /"region" has a value of the wrong type/],
    [
      'a text where a yes or no belongs',
      'ephemeral = "yes"',
      /"ephemeral" has a value of the wrong type/,
    ],
    ['a partition of no size', 'partition_size = 0', /"0" makes no sense as a size of partitions/],
    ['a negative number', 'threads = -1', /"-1" makes no sense as a number of threads/],
    [
      'an address that others reach',
      'listen = "0.0.0.0:0"',
      /0\.0\.0\.0 can be reached from other machines/,
    ],
    ['a line that is none', 'data = "a\n', /line 1, column \d+: /],
  ]) {
    test(`is refused with ${what}`, async (t) => {
      const folder = makeFolder(t);
      const { code, stderr, stdout } = await serve(t, ['--config', writeConfig(t, text)], {
        cwd: folder,
      }).exited;
      assert.equal(code, 2);
      assert.match(stderr, told);
      assert.equal(stdout, '');
      assert.equal(existsSync(path.join(folder, 'data')), false);
    });
  }
});

test('an ephemeral server with a data folder is refused', async (t) => {
  const { code, stderr } = await serve(t, ['--ephemeral', '--data', makeFolder(t)]).exited;
  assert.equal(code, 2);
  assert.match(stderr, /leave out either `ephemeral` or `data`/);
});

describe('SIGTERM and SIGINT', () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`${signal} ends the server with code 0 and frees the folder`, async (t) => {
      const folder = makeFolder(t);
      for (let round = 0; round < 2; ++round) {
        const server = serve(t, ['--data', folder, ...anyPort]);
        await call(await server.serves(), 'ListTables', {});
        const { code, signal: by } = await server.stop(signal);
        assert.deepEqual([code, by], [0, null]);
      }
    });
  }
});

test('a second server on the folder is refused and names it', async (t) => {
  const folder = makeFolder(t);
  const first = serve(t, ['--data', folder, ...anyPort]);
  const endpoint = await first.serves();
  const second = await serve(t, ['--data', folder, ...anyPort]).exited;
  assert.equal(second.code, 1);
  assert.match(second.stderr, /^jedlik: .*\.$/m);
  assert.ok(second.stderr.includes(folder), second.stderr);
  assert.deepEqual(await call(endpoint, 'ListTables', {}), { TableNames: [] });
});
