// ./run and ./test: what they install, what they ask for, how they count.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { makeFolder, Process, root, runToEnd } from './process.mjs';

const run = path.join(root, 'run');
const anyPort = ['--listen', '127.0.0.1:0'];

/** An environment in which these commands, Map of name to script, stand before the real ones. */
function withCommands(t, commands) {
  const folder = makeFolder(t);
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }
  const { DEBIAN_FRONTEND: _, ...env } = process.env;
  return { ...env, PATH: `${folder}:${process.env.PATH}` };
}

// Says of every package that it is installed, but of these.
const allBut = (...missing) =>
  `shift 2; for p; do case " ${missing.join(' ')} " in *" $p "*) ;; *) echo "installed $p";; esac; done`;
const bash = (t, script, env = process.env) =>
  runToEnd(
    t,
    'bash',
    [
      '-c',
      `set -euo pipefail; root=${root}; . "$root/scripts/setup.sh"; . "$root/scripts/stages.sh"\n${script}`,
    ],
    { env },
  );

describe('./run', () => {
  test('serves within two seconds when nothing has changed, without a word of building', async (t) => {
    const env = withCommands(t, { 'apt-get': 'exit 1', sudo: 'exit 1' });
    await new Process(t, run, ['--ephemeral', ...anyPort], { env }).serves();
    const begin = performance.now();
    const server = new Process(t, run, ['--ephemeral', '--log-level', 'off', ...anyPort], { env });
    await server.serves();
    const milliseconds = performance.now() - begin;
    t.diagnostic(`${Math.round(milliseconds)} ms`);
    assert.ok(milliseconds < 2000, `${milliseconds} ms`);
    assert.equal(server.stderr, '');
  });

  test('keeps the data in ./data of where it is called', async (t) => {
    const folder = makeFolder(t);
    const server = new Process(t, run, anyPort, { cwd: folder });
    await server.serves();
    assert.ok(server.stdout.includes(`Data: ${path.join(folder, 'data')}\n`), server.stdout);
    assert.equal((await server.stop()).code, 0);
  });

  test('passes its arguments on and ends as the server ends', async (t) => {
    const { code, stderr } = await runToEnd(t, run, ['--threads', 'many']);
    assert.equal(code, 2);
    assert.match(stderr, /"many" makes no sense as a number of threads/);
  });

  test('installs what is missing, says which, and nothing else', async (t) => {
    const calls = path.join(makeFolder(t), 'calls');
    const env = withCommands(t, {
      'dpkg-query': allBut('ninja-build', 'zlib1g-dev'),
      'apt-get': `echo "$DEBIAN_FRONTEND|$*" >> ${calls}`,
      id: 'echo 0',
    });
    const server = new Process(t, run, ['--ephemeral', ...anyPort], { env });
    await server.serves();
    assert.match(server.stderr, /^Installing Debian packages: ninja-build zlib1g-dev\n/);
    assert.deepEqual(readFileSync(calls, 'utf8').split('\n'), [
      '|update',
      'noninteractive|install --yes --no-install-recommends ninja-build zlib1g-dev',
      '',
    ]);
  });

  test('installs with sudo for a user', async (t) => {
    const calls = path.join(makeFolder(t), 'calls');
    const env = withCommands(t, {
      'dpkg-query': allBut('cmake'),
      sudo: `echo "$*" >> ${calls}`,
      id: 'echo 1000',
    });
    await new Process(t, run, ['--ephemeral', ...anyPort], { env }).serves();
    assert.deepEqual(readFileSync(calls, 'utf8').split('\n'), [
      'apt-get update',
      'env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends cmake',
      '',
    ]);
  });

  test('shows what apt said when it fails, and does not go on', async (t) => {
    const env = withCommands(t, {
      'dpkg-query': allBut('cmake'),
      'apt-get': 'echo "E: no such mirror"; exit 100',
      id: 'echo 0',
    });
    const { code, stdout, stderr } = await runToEnd(t, run, ['--ephemeral', ...anyPort], { env });
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /E: no such mirror\n[^]*The packages could not be installed\.\n$/);
  });
});

describe('./test', () => {
  test('asks for Node.js 20 where an older one is', async (t) => {
    const { code, stderr } = await bash(t, 'need_node', withCommands(t, { node: 'echo 18' }));
    assert.equal(code, 1);
    assert.match(stderr, /^Node\.js 20 or newer with npm is needed[^]*https:\/\/nodejs\.org/);
  });

  test('names its stages when it is asked for one that it has not', async (t) => {
    const { code, stderr } = await runToEnd(t, path.join(root, 'test'), ['unti']);
    assert.equal(code, 1);
    assert.match(stderr, /no stage "unti"\. The stages are: tree unit /);
  });

  const count = async (t, log) => {
    const file = path.join(makeFolder(t), 'log');
    writeFileSync(file, log);
    return (await bash(t, `count_tests ${file}`)).stdout.trim();
  };
  test('counts what each kind of suite reports', async (t) => {
    assert.equal(await count(t, '97% tests passed, 3 tests failed out of 100\n'), '97 3');
    assert.equal(await count(t, '100% tests passed, 0 tests failed out of 7\n'), '7 0');
    assert.equal(await count(t, '      Tests  12 passed (12)\n'), '12 0');
    assert.equal(await count(t, '      Tests  1 failed | 12 passed | 3 skipped (16)\n'), '12 1');
    assert.equal(await count(t, 'ℹ tests 9\nℹ pass 8\nℹ fail 1\n'), '8 1');
    const skipped = '100% tests passed, 0 tests failed out of 7\n\t165 - a test (Skipped)\n';
    assert.equal(await count(t, skipped), '6 0');
    assert.equal(await count(t, 'nothing at all\n'), '0 0');
  });

  // One stage, `x`, with this body.
  const stage = (t, body) =>
    bash(
      t,
      `logs=${makeFolder(t)}; build_for_x() { :; }; stage_x() { ${body}; }; run_stage x; summary`,
    );
  test('passes when a stage passes', async (t) => {
    const { code, stdout } = await stage(t, 'echo "ℹ pass 3"');
    assert.equal(code, 0);
    assert.match(stdout, /^ok +x +3 passed +0 failed[^]*\n3 passed, 0 failed\n$/);
  });
  test('fails when a stage reports a failure, leaves with one, or ran nothing', async (t) => {
    for (const [body, told] of [
      ['echo "ℹ pass 3"; echo "ℹ fail 1"', '3 passed, 1 failed'],
      ['echo "ℹ pass 3"; exit 7', '3 passed, 1 failed'],
      ['echo "ℹ pass 3"; false; echo "not reached"', '3 passed, 1 failed'],
      ['echo "no tests were found"', '0 passed, 1 failed'],
    ]) {
      const { code, stdout } = await stage(t, body);
      assert.equal(code, 1, body);
      assert.ok(stdout.endsWith(`\n${told}\n`), stdout);
      assert.match(stdout, /^FAILED +x /m);
      assert.doesNotMatch(stdout, /not reached/);
    }
  });

  test('installs npm packages once for each package-lock.json', async (t) => {
    const folder = makeFolder(t);
    const calls = path.join(folder, 'calls');
    const lock = path.join(folder, 'package-lock.json');
    const env = withCommands(t, { npm: `echo "$1" >> ${calls}; mkdir -p node_modules` });
    for (const content of ['1', '1', '2']) {
      writeFileSync(lock, content);
      assert.equal((await bash(t, `need_npm_packages ${folder}`, env)).code, 0);
    }
    assert.equal(readFileSync(calls, 'utf8'), 'ci\nci\n');
    assert.ok(existsSync(path.join(folder, 'node_modules')));
  });
});

describe('a build', () => {
  const progress = (t, lines) => bash(t, `printf '${lines}' | show_progress it`);
  test('is told in tenths where there is no terminal', async (t) => {
    const lines = Array.from({ length: 40 }, (_, i) => `[${i + 1}/40] Building x\\n`).join('');
    const { stderr } = await progress(t, lines);
    assert.equal(stderr.split('\n').length, 11);
    assert.match(stderr, /^Building it: 4 of 40\n[^]*Building it: 40 of 40\n$/);
  });
  test('says nothing where there is nothing to do', async (t) => {
    const lines = 'ninja: Entering directory x\\n[0/2] Re-checking\\nninja: no work to do.\\n';
    assert.equal((await progress(t, lines)).stderr, '');
  });
  test('passes errors on', async (t) => {
    const { stderr } = await progress(t, '[1/40] Building x\\nFAILED: x.o\\nx.cc:1: error: y\\n');
    assert.equal(stderr, 'FAILED: x.o\nx.cc:1: error: y\n');
  });
});
