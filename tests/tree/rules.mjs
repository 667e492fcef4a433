// The rules of the source tree. A rule takes the files, [{ path, text }], and returns what breaks it,
// a sentence each. tree.test.mjs runs every rule over the tree and over a small bad sample.
import path from 'node:path';
import { codeOnly, functionsOf, isCpp, isHeader, isScript } from './source.mjs';

const maxLines = 800;
const maxHeaderLines = 250;
const maxFunctionLines = 70;

const linesOf = (text) => text.replace(/\n$/, '').split('\n').length;

export function sourceFilesAreShort(files) {
  return files
    .filter((file) => isCpp(file) || isScript(file) || /\.(sh|cmake)$/.test(file.path))
    .map((file) => ({
      ...file,
      lines: linesOf(file.text),
      most: isHeader(file) ? maxHeaderLines : maxLines,
    }))
    .filter(({ lines, most }) => lines > most)
    .map((file) => `${file.path} has ${file.lines} lines; ${file.most} are the limit`);
}

export function functionsFitAScreen(files) {
  return files
    .filter((file) => isCpp(file) || isScript(file))
    .flatMap((file) =>
      functionsOf(file)
        .filter(({ length }) => length > maxFunctionLines)
        .map(
          ({ line, length }) =>
            `${file.path}:${line}: a function of ${length} lines; ${maxFunctionLines} are the limit`,
        ),
    );
}

export function headersAreIncludedOnce(files) {
  return files
    .filter((file) => isHeader(file) && !/^#pragma once$/m.test(file.text))
    .map((file) => `${file.path} has no #pragma once`);
}

export function noAwaitInAConditional(files) {
  return files.filter(isCpp).flatMap((file) => {
    const code = codeOnly(file);
    return [...code.matchAll(/\?/g)]
      .filter((mark) => /\bco_await\b/.test(conditionalAround(code, mark.index)))
      .map((mark) => {
        const line = code.slice(0, mark.index).split('\n').length;
        return `${file.path}:${line}: co_await inside ?:, which GCC 12 compiles wrongly`;
      });
  });
}

// The expression that the `?` at `at` belongs to: to both sides as far as the parentheses, the comma
// or the end of the statement around it.
function conditionalAround(code, at) {
  const reach = (step, opening, closing) => {
    let depth = 0;
    let i = at;
    for (; i >= 0 && i < code.length; i += step) {
      const c = code[i];
      if (opening.includes(c)) ++depth;
      if (closing.includes(c) && --depth < 0) break;
      if (depth === 0 && /[;,]/.test(c)) break;
    }
    return i;
  };
  return code.slice(reach(-1, ')]}', '([{') + 1, reach(1, '([{', ')]}'));
}

/** The rooms of src/CMakeLists.txt, in their order: Map of name to the rooms that it may include. */
export function roomsOf(files) {
  const list = files.find((file) => file.path === 'src/CMakeLists.txt')?.text ?? '';
  const rooms = new Map();
  for (const [, words] of list.replace(/#.*/g, '').matchAll(/jedlik_room\(([^)]*)\)/g)) {
    const [name, ...rest] = words.trim().split(/\s+/);
    const from = rest.indexOf('ROOMS') + 1;
    const to = rest.includes('LIBRARIES') ? rest.indexOf('LIBRARIES') : rest.length;
    rooms.set(name, from > 0 ? rest.slice(from, to) : []);
  }
  return rooms;
}

export function roomsAreBuiltFromTheGroundUp(files) {
  const seen = new Set();
  const problems = [];
  for (const [room, below] of roomsOf(files)) {
    for (const other of below) {
      if (!seen.has(other))
        problems.push(`src/CMakeLists.txt: ${room} names ${other}, not a room above it`);
    }
    seen.add(room);
  }
  return problems;
}

export function includesGoDown(files) {
  const rooms = roomsOf(files);
  const paths = new Set(files.map((file) => file.path));
  return files
    .filter((file) => isCpp(file) && file.path.startsWith('src/'))
    .flatMap((file) => {
      const room = path.relative('src', path.dirname(file.path));
      if (!rooms.has(room)) return [`${file.path} is in no room of src/CMakeLists.txt`];
      return [...file.text.matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)]
        .map(([, included]) => {
          const other = path.dirname(included);
          if (included.split('/').includes('..')) return `${included}: write the path from src/`;
          if (!paths.has(`src/${included}`)) return `${included}: there is no such file under src/`;
          if (other === room || rooms.get(room).includes(other)) return null;
          return `${included}: ${room} may not include ${other}`;
        })
        .filter((problem) => problem !== null)
        .map((problem) => `${file.path} includes ${problem}`);
    });
}

/** By this a header with a source file of its name is known to compile on its own. */
export function ownHeadersComeFirst(files) {
  const paths = new Set(files.map((file) => file.path));
  return files
    .filter((file) => /^src\/.*\.cc$/.test(file.path))
    .filter((file) => paths.has(file.path.replace(/\.cc$/, '.h')))
    .filter((file) => {
      const first = /^\s*#\s*include\s+(\S+)/m.exec(file.text)?.[1];
      return first !== `"${path.relative('src', file.path).replace(/\.cc$/, '.h')}"`;
    })
    .map((file) => `${file.path} does not include its own header first`);
}

export function unitTestsAreBuilt(files) {
  const list = files.find((file) => file.path === 'tests/CMakeLists.txt')?.text ?? '';
  const built = new Set([...list.matchAll(/^jedlik_test\(([\w/]+)/gm)].map(([, room]) => room));
  return files
    .filter((file) => /^tests\/.*_test\.cc$/.test(file.path))
    .filter((file) => !built.has(path.relative('tests', path.dirname(file.path))))
    .map((file) => `${file.path} is in no program of tests/CMakeLists.txt`);
}

export function testsDoNotSleep(files) {
  const sleeping =
    /\b(?:sleep_for|sleep_until|usleep|nanosleep|setTimeout|setInterval|timers\/promises)\b/;
  return files
    .filter((file) => file.path.startsWith('tests/') && (isCpp(file) || isScript(file)))
    .filter((file) => !file.path.startsWith('tests/tree/'))
    .filter((file) => sleeping.test(isCpp(file) ? codeOnly(file) : file.text))
    .map((file) => `${file.path} waits for time; give it a clock that it moves, or an event`);
}

export function nothingIsLeftOver(files) {
  return files
    .filter((file) => isCpp(file) || isScript(file) || /\.(sh|cmake|md)$/.test(file.path))
    .filter((file) => !file.path.startsWith('tests/tree/'))
    .flatMap((file) =>
      file.text
        .split('\n')
        .flatMap((line, i) =>
          /\b(?:TODO|FIXME|XXX)\b/.test(line)
            ? [`${file.path}:${i + 1}: do it or open an issue`]
            : [],
        ),
    );
}

const isDocument = (file) => file.path.endsWith('.md');
// What a build or a server makes is not in the tree.
const isMade = (name) => /^(?:\.\/)?(?:build|data|node_modules)\b/.test(name);
const looksLikePath = (name) =>
  /^(?:\.\/)?[\w.-]*(?:\/[\w.-]+)*\/?$/.test(name) &&
  (name.includes('/') || /\.(?:md|h|cc|sh|mjs|ts|json|cmake|toml|svg|txt)$/.test(name));

export function documentsNameWhatIsThere(files) {
  const present = new Set();
  for (const { path: name } of files) {
    for (let at = name; at !== '.'; at = path.dirname(at)) present.add(at);
  }
  const exists = (name, ...bases) =>
    bases.some((base) => present.has(path.join(base, name).replace(/\/$/, '')));
  return files.filter(isDocument).flatMap((file) => {
    const here = path.dirname(file.path);
    const prose = file.text.replace(/^```[^]*?^```/gm, '');
    const named = [...prose.matchAll(/`([^`\n]+)`/g)]
      .map(([, name]) => name)
      .filter((name) => looksLikePath(name) && !isMade(name))
      .filter((name) => !exists(name, '.', 'src', here));
    const linked = [...prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, name]) => name)
      .filter((name) => !/^\w+:/.test(name) && !exists(name, here));
    return [...named, ...linked].map((name) => `${file.path} names ${name}, which is not there`);
  });
}

export function sourcesNameDocumentsThatAreThere(files) {
  const paths = new Set(files.map((file) => file.path));
  return files
    .filter((file) => isCpp(file) || isScript(file) || /\.(sh|cmake|lua)$/.test(file.path))
    .filter((file) => !file.path.startsWith('tests/tree/'))
    .flatMap((file) =>
      [...file.text.matchAll(/\bdocs\/[\w/-]+\.md\b/g)]
        .filter(([name]) => !paths.has(name))
        .map(([name]) => `${file.path} names ${name}, which is not there`),
    );
}

/** The commands in the ```sh blocks of a document, one string each, continued lines joined. */
export function commandsOf(document) {
  return [...document.matchAll(/^```sh\n([^]*?)^```/gm)].flatMap(([, block]) =>
    block
      .replace(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  );
}

/** `tested`: the commands that tests/readme runs. */
export function readmeCommandsAreTested(files, tested) {
  const readme = files.find((file) => file.path === 'README.md')?.text ?? '';
  const written = commandsOf(readme);
  return [
    ...written
      .filter((it) => !tested.includes(it))
      .map((it) => `README.md: no test runs \`${it}\``),
    ...tested
      .filter((it) => !written.includes(it))
      .map((it) => `tests/readme: \`${it}\` is not in README.md`),
  ];
}
