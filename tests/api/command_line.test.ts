// Command lines and configuration files that make no sense are refused with a sentence.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  killLeftovers,
  makeFolder,
  removeFolder,
  runToEnd,
  serveArguments,
  Server,
} from './support/server.ts';

let folder: string;
beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(() => removeFolder(folder));
afterAll(killLeftovers);

describe('the command line refuses', () => {
  test.each<[string, (data: string) => string[]]>([
    ['no command', () => []],
    ['an unknown command', () => ['sreve']],
    ['an unknown flag', (data) => ['serve', '--data', data, '--prot', '8000']],
    ['a flag without its value', () => ['serve', '--data']],
    [
      'a listen address without a port',
      (data) => ['serve', '--data', data, '--listen', '127.0.0.1'],
    ],
    ['a port out of range', (data) => ['serve', '--data', data, '--listen', '127.0.0.1:65536']],
    ['a port that is none', (data) => ['serve', '--data', data, '--listen', '127.0.0.1:http']],
    ['anything but loopback', (data) => ['serve', '--data', data, '--listen', '0.0.0.0:0']],
    [
      'a folder for a server that keeps nothing',
      (data) => ['serve', '--data', data, '--ephemeral'],
    ],
    ['no threads', (data) => ['serve', '--data', data, '--threads', '0']],
    ['threads in words', (data) => ['serve', '--data', data, '--threads', 'many']],
    ['an interval in words', (data) => ['serve', '--data', data, '--ttl-change-interval', 'hour']],
    [
      'looks for expired items without a pause',
      (data) => ['serve', '--data', data, '--ttl-sweep-interval-ms', '0'],
    ],
    ['a region of spaces', (data) => ['serve', '--data', data, '--region', 'a b']],
    ['a configuration that is not there', (data) => ['serve', '--config', path.join(data, 'no')]],
    ['a stray argument', (data) => ['serve', '--data', data, 'stray']],
  ])('%s', async (_name, args) => {
    const exit = await runToEnd(args(folder));
    expect(exit.signal).toBeNull();
    expect(exit.code).not.toBe(0);
    expect(exit.stdout).not.toMatch(/listens on/);
    // A sentence, not a number and not a stack.
    expect(exit.stderr).toMatch(/[a-z]+ [a-z]+/i);
  });

  test('a folder that is a file', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, 'text');
    const exit = await runToEnd(serveArguments(file));
    expect(exit.code).not.toBe(0);
    expect(exit.signal).toBeNull();
    expect(exit.stderr).toContain(file);
  });

  test('an address that is taken', async () => {
    const first = await Server.start({ folder });
    const other = path.join(folder, 'other');
    await mkdir(other);
    const exit = await runToEnd(serveArguments(other, `127.0.0.1:${first.port}`));
    expect(exit.code).not.toBe(0);
    expect(exit.stderr).toContain(String(first.port));
    await first.stop();
  });

  test.each([
    ['a value that makes no sense', 'threads = "many"', 'threads'],
    ['a number out of range', 'threads = 0', '0'],
    ['a setting that does not exist', 'colour = "blue"', 'colour'],
    ['text that is no TOML', 'threads many', 'line 1'],
  ])('a configuration file with %s', async (_name, text, told) => {
    const file = path.join(folder, 'jedlik.toml');
    await writeFile(file, text);
    const exit = await runToEnd([...serveArguments(folder), '--config', file]);
    expect(exit.code).not.toBe(0);
    expect(exit.signal).toBeNull();
    expect(exit.stderr).toContain(told);
  });
});

test('serve --help names every flag', async () => {
  const exit = await runToEnd(['serve', '--help']);
  expect(exit.code).toBe(0);
  const flags = ['--data', '--listen', '--ephemeral', '--region', '--threads', '--config'];
  const others = ['--ttl-change-interval', '--ttl-sweep-interval-ms', '--throttling'];
  for (const flag of [...flags, ...others]) {
    expect(exit.stdout).toContain(flag);
  }
});
