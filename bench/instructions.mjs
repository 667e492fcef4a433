// Counts the instructions that the server spends on one request of each kind, and compares them with
// bench/instructions.json: they do not depend on how busy the machine is.
//
//   node bench/instructions.mjs            compares; code 1 when a request has become dearer
//   node bench/instructions.mjs --record   writes the file anew
//
// It runs build/release/jedlik, or the program that JEDLIK_BINARY names, under valgrind's callgrind.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { callOperation, freePort, startServer } from '../scripts/local_servers.mjs';
import { fill, idOf, itemOf, ordersTable, requests } from './request_mix.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const record = path.join(root, 'bench/instructions.json');
const jedlik = process.env.JEDLIK_BINARY ?? path.join(root, 'build/release/jedlik');
const itemCount = 1000;
const warmUp = 1200;
const counted = 500;
const tolerance = 0.1;

const ordersOfACustomer = 20;
const mix = {
  ...requests,
  'Query of 20': (n) => ({
    TableName: 'orders',
    KeyConditionExpression: 'id = :id',
    ExpressionAttributeValues: { ':id': { S: idOf(n % 10) } },
  }),
};

async function fillOrders(call) {
  await call('CreateTable', ordersTable);
  for (let customer = 0; customer < 10; ++customer) {
    const puts = Array.from({ length: ordersOfACustomer }, (_, n) => ({
      PutRequest: { Item: { ...itemOf(customer), n: { N: `${n}` } } },
    }));
    await call('BatchWriteItem', { RequestItems: { orders: puts } });
  }
}

/** Requests on one connection, one after the other. */
class Connection {
  #socket;
  #received = '';

  constructor(port) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1');
  }

  async send(operation, request) {
    const body = JSON.stringify(request);
    this.#socket.write(
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n` +
        `X-Amz-Target: DynamoDB_20120810.${operation}\r\nX-Amz-Date: 20260101T000000Z\r\n` +
        'Authorization: AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/dynamodb/aws4_request, ' +
        `SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    while (!this.#isComplete()) this.#received += (await once(this.#socket, 'data'))[0];
    if (!this.#received.startsWith('HTTP/1.1 200 ')) throw new Error(this.#received);
    this.#received = '';
  }

  #isComplete() {
    const end = this.#received.indexOf('\r\n\r\n');
    const length = /content-length: (\d+)/i.exec(this.#received);
    return end >= 0 && this.#received.length >= end + 4 + Number(length[1]);
  }
}

/** How many instructions the server has spent between the calls of `begin` and of what it gives. */
class Counter {
  #folder = mkdtempSync(path.join(tmpdir(), 'jedlik-instructions-'));
  #pid;

  async start(port) {
    const child = await startServer(
      'valgrind',
      [
        ...['--tool=callgrind', '--instr-atstart=no', '--quiet'],
        `--callgrind-out-file=${this.#folder}/out`,
        ...[jedlik, 'serve', '--ephemeral', '--threads', '1', '--log-level', 'warning'],
        ...['--listen', `127.0.0.1:${port}`],
      ],
      port,
    );
    this.#pid = child.pid;
    return child;
  }

  begin() {
    this.#control('--zero');
    this.#control('--instr=on');
    return () => {
      this.#control('--instr=off');
      this.#control('--dump');
      const dumps = readdirSync(this.#folder).filter((name) => /^out\.\d+$/.test(name));
      const last = dumps.toSorted((a, b) => a.split('.')[1] - b.split('.')[1]).at(-1);
      const text = readFileSync(path.join(this.#folder, last), 'utf8');
      return Number(/^totals: (\d+)$/m.exec(text)[1]);
    };
  }

  stop() {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #control(what) {
    execFileSync('callgrind_control', [what, `${this.#pid}`], { stdio: 'ignore' });
  }
}

async function count() {
  const port = await freePort();
  const counter = new Counter();
  const child = await counter.start(port);
  try {
    const call = async (operation, request) => (await callOperation(port, operation, request)).text;
    await fill(call, itemCount);
    await fillOrders(call);
    const connection = new Connection(port);
    const counts = {};
    for (const [name, requestOf] of Object.entries(mix)) {
      const send = async (times) => {
        for (let i = 0; i < times; ++i)
          await connection.send(name.split(' ')[0], requestOf((i * 7919) % itemCount));
      };
      await send(warmUp);
      const end = counter.begin();
      await send(counted);
      counts[name] = Math.round(end() / counted);
    }
    return counts;
  } finally {
    child.kill();
    counter.stop();
  }
}

function compare(counts) {
  const recorded = JSON.parse(readFileSync(record, 'utf8'));
  let dearer = 0;
  for (const [name, now] of Object.entries(counts)) {
    const ratio = now / recorded[name];
    const isDearer = !(ratio <= 1 + tolerance);
    dearer += isDearer ? 1 : 0;
    const word = isDearer ? 'DEARER' : ratio < 1 - tolerance ? 'cheaper, record it' : 'ok';
    console.log(`${name}: ${now} instructions, ${recorded[name]} recorded: ${word}`);
  }
  console.log(`ℹ pass ${Object.keys(counts).length - dearer}\nℹ fail ${dearer}`);
  return dearer === 0 ? 0 : 1;
}

const counts = await count();
if (process.argv[2] === '--record') {
  writeFileSync(record, `${JSON.stringify(counts, null, 2)}\n`);
  console.log(counts);
} else {
  process.exitCode = compare(counts);
}
process.exit();
