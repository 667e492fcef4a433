// Runs clang-tidy over src/**/*.cc, a process a core: node scripts/lint.mjs [part of a path...]
// What was found good is remembered under build/lint/ by the content of all that it was made from,
// so that a second run looks only at what has changed. Wants a built build/release.
import { spawn, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const build = path.join(root, 'build/release');
const remembered = path.join(root, 'build/lint');
const extra = '--extra-arg=-Wno-unknown-warning-option';

const contents = new Map();
function contentOf(file) {
  if (!contents.has(file)) contents.set(file, readFileSync(file));
  return contents.get(file);
}

/** Map of object file to the project's headers that it was compiled from, as ninja has recorded. */
function readDependencies() {
  const text = execFileSync('ninja', ['-C', build, '-t', 'deps'], {
    maxBuffer: 2 ** 30,
  }).toString();
  const dependencies = new Map();
  for (const block of text.split('\n\n')) {
    const [head, ...lines] = block.split('\n');
    const files = lines
      .map((line) => path.resolve(build, line.trim()))
      .filter((file) => file.startsWith(root) && existsSync(file))
      .map((file) => realpathSync(file));
    dependencies.set(head.split(':')[0], [...new Set(files)].sort());
  }
  return dependencies;
}

function keyOf(command, dependencies) {
  const hash = createHash('sha256');
  hash.update(contentOf(path.join(root, '.clang-tidy')));
  hash.update(command.command ?? '');
  for (const file of [command.file, ...dependencies]) hash.update(file).update(contentOf(file));
  return hash.digest('hex');
}

function lint(file) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn('clang-tidy', ['-p', build, '--quiet', extra, file]);
    child.stdout.on('data', (text) => (output += text));
    // What clang-tidy says on stderr is a count of warnings in others' headers, unless it could not run.
    let complaint = '';
    child.stderr.on('data', (text) => (complaint += text));
    child.on('close', (code) => resolve({ good: code === 0, output: output || complaint }));
  });
}

const wanted = process.argv.slice(2);
const commands = JSON.parse(readFileSync(path.join(build, 'compile_commands.json'), 'utf8'));
const dependencies = readDependencies();
const work = commands
  .filter(({ file }) => file.startsWith(path.join(root, 'src/')))
  .filter(({ file }) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .map((command) => {
    const object = /\s-o\s+(\S+)/.exec(command.command)[1];
    const key = keyOf(command, dependencies.get(object) ?? []);
    return { file: command.file, stamp: path.join(remembered, key) };
  })
  .filter(({ stamp }) => !existsSync(stamp));

mkdirSync(remembered, { recursive: true });
let failed = 0;
async function worker() {
  for (let next = work.shift(); next; next = work.shift()) {
    const { good, output } = await lint(next.file);
    if (good) writeFileSync(next.stamp, '');
    else console.log(output);
    failed += good ? 0 : 1;
  }
}

const begin = Date.now();
const count = work.length;
await Promise.all(Array.from({ length: availableParallelism() }, worker));
const seconds = Math.round((Date.now() - begin) / 1000);
console.log(`clang-tidy: ${count} files looked at, ${failed} with findings, ${seconds} s`);
process.exitCode = failed === 0 ? 0 : 1;
