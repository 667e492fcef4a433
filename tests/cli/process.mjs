// Child processes for the tests of the command line. Nothing but Node.js is needed.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const jedlik = process.env.JEDLIK_BINARY
  ? path.resolve(process.env.JEDLIK_BINARY)
  : path.join(root, 'build/release/jedlik');

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A folder that is removed when the test ends. */
export function makeFolder(t) {
  const folder = mkdtempSync(path.join(tmpdir(), 'jedlik-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export class Process {
  stdout = '';
  stderr = '';

  /** `t`: the test that it does not outlive. */
  constructor(t, command, args, options = {}) {
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    this.child.stdout.setEncoding('utf8').on('data', (text) => (this.stdout += text));
    this.child.stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
    running.add(this.child);
    this.exited = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => {
        running.delete(this.child);
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
    this.exited.catch(() => {});
    t.after(async () => {
      this.child.kill('SIGKILL');
      await this.exited;
    });
  }

  /** Resolves with the match as soon as stdout matches; rejects when the process ends before. */
  printed(pattern) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = this.stdout.match(pattern);
        if (match) resolve(match);
      };
      this.child.stdout.on('data', look);
      look();
      this.exited.then(
        ({ code, signal }) =>
          reject(new Error(`left (${signal ?? code}) early:\n${this.stdout}${this.stderr}`)),
        reject,
      );
    });
  }

  /** Resolves with the address when the process serves. */
  async serves() {
    const [, endpoint] = await this.printed(/Jedlik listens on (http:\/\/\S+)\n[^]*Try: .*\n/);
    return endpoint;
  }

  stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    return this.exited;
  }
}

export const serve = (t, args, options) => new Process(t, jedlik, ['serve', ...args], options);

export const runToEnd = (t, command, args, options) =>
  new Process(t, command, args, options).exited;

/** The answer of an operation. */
export async function call(endpoint, operation, request) {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20250101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=any/20250101/us-east-1/dynamodb/aws4_request, ' +
        'SignedHeaders=host, Signature=any',
    },
    body: JSON.stringify(request),
  });
  return answer.json();
}
