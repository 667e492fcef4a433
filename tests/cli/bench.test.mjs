// What `jedlik bench` measures and says, of a server started for it and of one that misbehaves.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { refusal, startFake } from './fake_dynamodb.mjs';
import { call, jedlik, makeFolder, Process, runToEnd, serve } from './process.mjs';

const environment = { PATH: process.env.PATH };
const bench = (t, args, env = {}) =>
  runToEnd(t, jedlik, ['bench', ...args], { env: { ...environment, ...env } });

const brief = (t, args, env) =>
  bench(t, ['--warmup', '0', '--duration', '0.2', '--connections', '4', ...args], env);

/** The JSON of a run that succeeds. */
async function measure(t, args, env) {
  const { code, stdout, stderr } = await brief(t, [...args, '--json', '-'], env);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

const found = { body: { Item: { id: { S: 'a' } } } };

describe('of a server of this project', () => {
  let endpoint;
  const ends = [];
  before(async () => {
    const group = { after: (end) => ends.push(end) };
    const args = ['--ephemeral', '--listen', '127.0.0.1:0', '--log-level', 'off'];
    endpoint = await serve(group, args).serves();
  });
  after(async () => {
    for (const end of ends) await end();
  });

  const here = (...args) => [...args, '--endpoint', endpoint];
  const describeTable = async (name) =>
    (await call(endpoint, 'DescribeTable', { TableName: name })).Table;

  for (const [workload, ...operations] of [
    ['a', 'get', 'update'],
    ['b', 'get', 'update'],
    ['c', 'get'],
    ['d', 'get', 'insert'],
    ['e', 'scan', 'insert'],
    ['f', 'get', 'read-modify-write'],
    ['get', 'get'],
    ['put', 'put'],
    ['update', 'update'],
    ['conditional-update', 'conditional-update'],
    ['query', 'query'],
    ['scan', 'scan'],
    ['batch-get', 'batch-get'],
    ['batch-write', 'batch-write'],
  ]) {
    test(`${workload} measures ${operations.join(' and ')}`, async (t) => {
      const table = `workload-${workload}`;
      const args = here(workload, '--table', table, '--items', '200');
      const report = await measure(t, [...args, '--item-bytes', '100']);
      assert.deepEqual(Object.keys(report.operations), operations);
      const counts = Object.values(report.operations).map(({ count }) => count);
      assert.ok(report.all.count > 20, `${report.all.count} operations`);
      assert.equal(
        counts.reduce((a, b) => a + b),
        report.all.count,
      );
      assert.deepEqual([report.errors, report.all.errors, report.never_begun], [[], 0, 0]);
      assert.equal(report.elapsed_s, 0.2);
      assert.ok(Math.abs(report.all.per_second - report.all.count / 0.2) < 1);
      for (const { latency_ms: ms, count } of Object.values(report.operations)) {
        if (count === 0) continue;
        const rising = [ms.min, ms.p50, ms.p75, ms.p90, ms.p95, ms.p99, ms['p99.9'], ms.max];
        assert.deepEqual(
          rising,
          rising.toSorted((a, b) => a - b),
        );
        assert.ok(ms.min > 0 && ms.mean >= ms.min && ms.mean <= ms.max);
      }
      const { ItemCount: items } = await describeTable(table);
      assert.equal(items, 200 + (report.operations.insert?.count ?? 0));
    });
  }

  test('the table is filled as the settings say, and only when it is not', async (t) => {
    const args = here('c', '--table', 'filled', '--items', '60', '--fields', '3');
    const key = { id: { S: 'user6284781860667377211' } };
    const item = async () =>
      (await call(endpoint, 'GetItem', { TableName: 'filled', Key: key })).Item;
    await measure(t, [...args, '--item-bytes', '100']);
    const first = await item();
    const sizes = ['field0', 'field1', 'field2'].map((name) => first[name].S.length);
    assert.deepEqual([sizes, Object.keys(first).length], [[34, 33, 33], 4]);
    await measure(t, [...args, '--item-bytes', '100']);
    assert.deepEqual(await item(), first);
    await measure(t, [...args, '--item-bytes', '100', '--load']);
    assert.notDeepEqual(await item(), first);
    await measure(t, [...args, '--item-bytes', '200']);
    assert.equal((await item()).field0.S.length, 67);
    await call(endpoint, 'DeleteItem', { TableName: 'filled', Key: key });
    await measure(t, [...args, '--item-bytes', '200']);
    assert.equal((await describeTable('filled')).ItemCount, 60);
  });

  test('all may want one item', async (t) => {
    const report = await measure(t, here('update', '--table', 'hot', '--items', '1'));
    assert.deepEqual(report.errors, []);
    assert.equal((await describeTable('hot')).ItemCount, 1);
  });

  test('--no-load takes the table as it is; reads that find nothing are errors', async (t) => {
    const args = here('get', '--table', 'taken', '--items', '10');
    const none = await brief(t, [...args, '--no-load']);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /^jedlik: There is no table taken at .*: leave out --no-load/);
    await measure(t, args);
    const more = here('get', '--table', 'taken', '--items', '1000000', '--no-load');
    const { code, stdout } = await brief(t, [...more, '--seed', '1']);
    assert.match(stdout, /\d x ItemNotFound: The answer has no item/);
    assert.ok(code === 0 || code === 1);
  });

  test('an open loop keeps its rate', async (t) => {
    const args = here('c', '--table', 'rate', '--items', '10', '--threads', '3');
    const report = await measure(t, [...args, '--rate', '1000']);
    assert.equal(report.settings.rate_per_s, 1000);
    // Each thread's last may lie on either side of the end.
    assert.ok(Math.abs(report.all.count + report.never_begun - 200) <= 3, `${report.all.count}`);
  });

  test('--drop deletes the table at the end', async (t) => {
    await measure(t, here('put', '--table', 'dropped', '--items', '10', '--drop'));
    const description = await describeTable('dropped');
    assert.ok(description === undefined || description.TableStatus === 'DELETING');
  });

  test('a table with other keys is refused', async (t) => {
    await measure(t, here('get', '--table', 'other-keys', '--items', '10'));
    const { code, stderr } = await bench(t, here('query', '--table', 'other-keys'));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /The table other-keys has the key \(id\), and this workload needs \(id, n\)/,
    );
  });

  test('the table of results is on stdout, and the JSON in its file', async (t) => {
    const file = path.join(makeFolder(t), 'results.json');
    const args = here('a', '--table', 'results', '--items', '10', '--json', file);
    const { code, stdout, stderr } = await brief(t, args);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^a on http:\S+, table results: 10 items of 1,000 bytes\n4 connections, /);
    assert.match(stdout, /^ms +count +per s +mean +p50 +p90 +p99 +p99\.9 +max +errors$/m);
    assert.match(stdout, /^get +[\d,]+ +[\d,]+ .* 0\n^update .* 0\n^all .* 0$/m);
    const { settings } = JSON.parse(readFileSync(file, 'utf8'));
    assert.equal(settings.table, 'results');
    assert.equal(settings.theta, 0.99);
  });
});

describe('of a server that misbehaves', () => {
  const at = (fake, workload, ...args) => [
    ...[workload, '--no-load', '--endpoint', fake.endpoint, ...args],
  ];

  test('refusals are counted by type, with the first message', async (t) => {
    const fake = await startFake(t, ({ count }) => {
      if (count % 3 === 0) return refusal('ThrottlingException', `Too fast ${count}`);
      return count % 3 === 1 ? { status: 503, text: '<html>' } : found;
    });
    const { code, stdout } = await brief(t, at(fake, 'get', '--seed', '1'));
    assert.equal(code, 0);
    assert.match(stdout, /Errors, with the first message of each type:\n/);
    assert.match(stdout, /^ {2}\d+ x HTTP 503$/m);
    assert.match(stdout, /^ {2}\d+ x ThrottlingException: Too fast \d+$/m);
  });

  test('the code is 1 when nothing succeeds', async (t) => {
    const fake = await startFake(t, () => refusal('AccessDeniedException', 'No.'));
    const { code, stdout } = await brief(t, at(fake, 'put'));
    assert.equal(code, 1);
    assert.match(stdout, /x AccessDeniedException: No\./);
  });

  test('answers may come in chunks, and connections may end in order', async (t) => {
    const fake = await startFake(t, ({ count }) => ({
      ...found,
      chunked: true,
      headers: count % 2 === 0 ? { connection: 'close' } : {},
    }));
    const { all, errors } = await measure(t, at(fake, 'get'));
    assert.ok(all.count > 4);
    assert.deepEqual(errors, []);
    assert.ok(fake.connections > 6, `${fake.connections} connections`);
  });

  test('lost connections are errors, and are opened again', async (t) => {
    const fake = await startFake(t, ({ count }) => (count % 5 === 0 ? { destroys: true } : found));
    const { all, errors } = await measure(t, at(fake, 'get'));
    assert.ok(all.count > 4);
    assert.deepEqual(
      errors.map(({ type }) => type),
      ['ConnectionLost'],
    );
  });

  test('an answer that does not come is an error after a while', async (t) => {
    const fake = await startFake(t, () => ({ headers: { 'content-length': 10 }, text: '' }));
    const { code, stdout } = await brief(t, at(fake, 'get', '--timeout', '0.1'));
    assert.equal(code, 1);
    assert.match(stdout, /x Timeout: There was no answer for 0\.1 s\./);
  });

  test('every request is signed with the credentials of the environment', async (t) => {
    const fake = await startFake(t, () => found, { secret: 'secret' });
    const credentials = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };
    await measure(t, at(fake, 'f', '--region', 'eu-north-1'), credentials);
    assert.equal(fake.badSignatures, 0);
    const { authorization } = fake.requests[0].headers;
    assert.match(authorization, /Credential=AKID\/\d{8}\/eu-north-1\/dynamodb\/aws4_request,/);
    await measure(t, at(fake, 'get'), { ...credentials, AWS_SESSION_TOKEN: 'a/token+1==' });
    assert.equal(fake.badSignatures, 0);
    assert.equal(fake.requests.at(-1).headers['x-amz-security-token'], 'a/token+1==');
    await measure(t, at(fake, 'get', '--no-sign'), credentials);
    assert.ok(fake.badSignatures > 0);
  });

  test('transactions are sent as one request', async (t) => {
    const fake = await startFake(t, () => ({ body: { Responses: [] } }));
    for (const [workload, operation, part] of [
      ['transact-get', 'TransactGetItems', 'Get'],
      ['transact-write', 'TransactWriteItems', 'Put'],
    ]) {
      fake.requests.length = 0;
      const report = await measure(t, at(fake, workload, '--batch-items', '7'));
      assert.deepEqual(report.errors, []);
      const [request] = fake.requests;
      assert.equal(request.operation, operation);
      assert.equal(request.body.TransactItems.length, 7);
      assert.ok(request.body.TransactItems.every((item) => item[part].TableName));
    }
  });

  test('SIGINT ends a run early, with its results', async (t) => {
    let child;
    const fake = await startFake(t, ({ count }) => {
      if (count === 50) child.kill('SIGINT');
      return found;
    });
    const args = ['get', '--no-load', '--warmup', '0', '--duration', '60'];
    const run = new Process(t, jedlik, ['bench', ...args, '--endpoint', fake.endpoint]);
    child = run.child;
    const { code, stdout } = await run.exited;
    assert.equal(code, 0);
    assert.match(stdout, /^get +[1-9]/m);
  });

  test('https is spoken, and certificates are looked at', async (t) => {
    const folder = makeFolder(t);
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const files = ['-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=test'];
    const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = await runToEnd(t, 'openssl', [...request, ...files, ...names]);
    assert.equal(made.code, 0, made.stderr);
    const tls = { key: readFileSync(key), cert: readFileSync(cert) };
    const fake = await startFake(t, () => found, { tls });
    const { all, errors } = await measure(t, at(fake, 'get'), { SSL_CERT_FILE: cert });
    assert.ok(all.count > 4);
    assert.deepEqual(errors, []);
    const stranger = await brief(t, at(fake, 'get'));
    assert.equal(stranger.code, 1);
    assert.match(stranger.stderr, /the certificate is not accepted: self.signed certificate/);
    fake.endpoint = `https://localhost:${fake.port}`;
    const misnamed = await brief(t, at(fake, 'get'), { SSL_CERT_FILE: cert });
    assert.match(misnamed.stderr, /the certificate is not accepted: hostname mismatch/);
  });
});

describe('what is said', () => {
  test('--help names the workloads and every flag', async (t) => {
    const { code, stdout } = await bench(t, ['--help']);
    assert.equal(code, 0);
    assert.match(stdout, /`jedlik bench a` is enough to start/);
    for (const word of ['conditional-update', 'transact-write', '--rate', '--json', '--endpoint'])
      assert.ok(stdout.includes(word), word);
  });

  test('when nothing answers', async (t) => {
    const { code, stdout, stderr } = await bench(t, ['a', '--endpoint', 'http://127.0.0.1:1']);
    assert.deepEqual([code, stdout], [1, '']);
    assert.equal(
      stderr,
      'jedlik: Nothing answers at http://127.0.0.1:1 (Connection refused). Start a server with ' +
        '`jedlik serve`, or name another with --endpoint.\n',
    );
  });

  for (const [told, ...args] of [
    [/WORKLOAD is required/],
    [/There is no workload "z": write a, b, .* or transact-write\./, 'z'],
    [/"ftp:\/\/x" is no endpoint: write http:\/\/HOST:PORT/, 'a', '--endpoint', 'ftp://x'],
    [/"Mars!" is not a region/, 'a', '--region', 'Mars!'],
    [/"0" makes no sense as a number of items: write a whole number from 1/, 'a', '--items', '0'],
    [/"x" makes no sense as a number of connections/, 'a', '--connections', 'x'],
    [/Each thread has a connection at least/, 'a', '--threads', '9', '--connections', '8'],
    [/"-1" makes no sense as a rate/, 'a', '--rate', '-1'],
    [/"nan" makes no sense as a duration/, 'a', '--duration', 'nan'],
    [/"1" makes no sense as theta/, 'a', '--theta', '1'],
    [/"normal" is not a distribution/, 'a', '--distribution', 'normal'],
    [/"26" makes no sense as a number of items of a batch/, 'batch-write', '--batch-items', '26'],
    [/A batch has different items/, 'batch-get', '--batch-items', '20', '--items', '10'],
    [/An item has a byte in each field/, 'a', '--item-bytes', '9'],
    [/"a b" is not a table/, 'a', '--table', 'a b'],
    [/--load and --no-load exclude each other/, 'a', '--load', '--no-load'],
    [/--access-key and --secret-key go together/, 'a', '--access-key', 'A'],
    [
      /AWS wants to know who asks: set AWS_ACCESS_KEY_ID/,
      ...['a', '--endpoint', 'https://dynamodb.eu-west-1.amazonaws.com'],
    ],
  ]) {
    test(`of: bench ${args.join(' ')}`, async (t) => {
      const { code, stdout, stderr } = await bench(t, args);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^jedlik: .*\n$/);
      assert.match(stderr, told);
    });
  }
});
