// The source tree keeps its rules; and each rule, shown a small sample that breaks it, says so.
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readmeCommands } from '../readme/commands.mjs';
import * as rules from './rules.mjs';
import { functionsOf, readTree } from './source.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const tree = readTree(root);

const keeps = (problems) => assert.deepEqual(problems, []);
const breaks = (problems, ...parts) => {
  assert.equal(problems.length, parts.length, problems.join('\n'));
  parts.forEach((part, i) => assert.ok(problems[i].includes(part), problems[i]));
};
const cc = (text) => [{ path: 'src/a/a.cc', text }];
const lines = (count, line = 'int a;\n') => line.repeat(count);

describe('files are short', () => {
  test('in the tree', () => keeps(rules.sourceFilesAreShort(tree)));
  test('a long one is found', () => {
    breaks(rules.sourceFilesAreShort(cc(lines(801))), '801 lines');
    breaks(rules.sourceFilesAreShort([{ path: 'src/a/a.h', text: lines(251) }]), '251 lines');
    keeps(rules.sourceFilesAreShort(cc(lines(800))));
  });
});

describe('functions fit a screen', () => {
  test('in the tree', () => keeps(rules.functionsFitAScreen(tree)));
  test('a long one is found', () => {
    const long = `namespace n {\n\nint f(int a)\n    const {\n${lines(69)}}\n\nint g() {}\n}\n`;
    breaks(rules.functionsFitAScreen(cc(long)), 'a.cc:3: a function of 72 lines');
    keeps(rules.functionsFitAScreen(cc(`class A {\n${lines(100)}};\n`)));
    keeps(rules.functionsFitAScreen(cc(`namespace n {\n${lines(100)}}\n`)));
    breaks(rules.functionsFitAScreen(cc(`A::A() : b_{1}, c_(2) {\n${lines(70)}}\n`)), '72 lines');
  });
  test('a long one in TypeScript is found, a group of tests is none', () => {
    const ts = (text) => [{ path: 'tests/a.ts', text }];
    breaks(rules.functionsFitAScreen(ts(`function f() {\n${lines(70)}}\n`)), '72 lines');
    breaks(rules.functionsFitAScreen(ts(`const f = async () => {\n${lines(70)}};\n`)), '72 lines');
    keeps(rules.functionsFitAScreen(ts(`describe('a', () => {\n${lines(70)}});\n`)));
  });
  test('braces in comments, strings and numbers are no braces', () => {
    const text =
      'void f() {\n  a("{\\"", \'{\', R"x({)x", 1\'000); // {\n  /* { */\n}\n\nvoid g() {}\n';
    assert.deepEqual(
      functionsOf(cc(text)[0]).map(({ length }) => length),
      [4, 1],
    );
    const ts = 'function f() {\n  return /[{"]{/.test(`{`) ? 1 / 2 : "{";\n}\n\nfunction g() {}\n';
    assert.deepEqual(
      functionsOf({ path: 'a.ts', text: ts }).map(({ length }) => length),
      [3, 1],
    );
  });
});

describe('headers are included once', () => {
  test('in the tree', () => keeps(rules.headersAreIncludedOnce(tree)));
  test('one without the pragma is found', () => {
    breaks(rules.headersAreIncludedOnce([{ path: 'a.h', text: '// #pragma once\n' }]), 'a.h');
  });
});

describe('no co_await is inside ?:', () => {
  test('in the tree', () => keeps(rules.noAwaitInAConditional(tree)));
  test('one is found on each side of the mark', () => {
    const found = (text) =>
      breaks(rules.noAwaitInAConditional(cc(`void f() {\n${text}\n}`)), 'a.cc:2');
    found('x = a ? co_await b() : c;');
    found('x = a ? b : co_await c();');
    found('co_return co_await a() ? b : c;');
    found('g(d, a ? (co_await b()).e : c);');
  });
  test('one beside a conditional is none', () => {
    const fine = (text) => keeps(rules.noAwaitInAConditional(cc(`void f() {\n${text}\n}`)));
    fine('x = co_await f(a ? b : c);');
    fine('g(co_await d(), a ? b : c);');
    fine('co_await d(); x = a ? b : c;');
    fine('x = a ? b : c;  // co_await');
  });
});

describe('rooms', () => {
  const sample = (includes) => [
    {
      path: 'src/CMakeLists.txt',
      text: '# jedlik_room(x)\njedlik_room(a)\njedlik_room(b ROOMS a LIBRARIES c)\n',
    },
    { path: 'src/a/a.h', text: '' },
    { path: 'src/b/b.h', text: '' },
    ...includes,
  ];
  test('include only the rooms that they name', () => keeps(rules.includesGoDown(tree)));
  test('name only rooms above them in the list', () => {
    assert.ok(rules.roomsOf(tree).size >= 10);
    keeps(rules.roomsAreBuiltFromTheGroundUp(tree));
  });
  test('an include upwards is found', () => {
    const file = { path: 'src/a/x.cc', text: '#include "a/a.h"\n#include "b/b.h"\n' };
    breaks(rules.includesGoDown(sample([file])), 'src/a/x.cc includes b/b.h: a may not include b');
  });
  test('an include that leaves its folder is found', () => {
    const text = '#include "../a/a.h"\n#include "b.h"\n#include <vector>\n#include "a/a.h"\n';
    breaks(
      rules.includesGoDown(sample([{ path: 'src/b/x.cc', text }])),
      '../a/a.h',
      'no such file',
    );
  });
  test('a source file in no room is found', () => {
    breaks(rules.includesGoDown(sample([{ path: 'src/c/x.cc', text: '' }])), 'in no room');
  });
  test('a room that names one below it in the list is found', () => {
    const list = { path: 'src/CMakeLists.txt', text: 'jedlik_room(a ROOMS b)\njedlik_room(b)\n' };
    breaks(rules.roomsAreBuiltFromTheGroundUp([list]), 'a names b');
  });
});

describe('a source file includes its own header first', () => {
  test('in the tree', () => keeps(rules.ownHeadersComeFirst(tree)));
  test('one that does not is found', () => {
    const header = { path: 'src/a/x.h', text: '' };
    const source = (text) => ({ path: 'src/a/x.cc', text });
    breaks(rules.ownHeadersComeFirst([header, source('#include <a>\n#include "a/x.h"\n')]), 'x.cc');
    breaks(rules.ownHeadersComeFirst([header, source('int a;\n')]), 'x.cc');
    keeps(rules.ownHeadersComeFirst([header, source('// a\n#include "a/x.h"\n#include <a>\n')]));
    keeps(rules.ownHeadersComeFirst([source('#include <a>\n')]));
  });
});

describe('unit tests are built', () => {
  test('in the tree', () => keeps(rules.unitTestsAreBuilt(tree)));
  test('a forgotten one is found', () => {
    const list = { path: 'tests/CMakeLists.txt', text: 'jedlik_test(a b)\n' };
    const test_of = (room) => ({ path: `tests/${room}/x_test.cc`, text: '' });
    breaks(rules.unitTestsAreBuilt([list, test_of('a'), test_of('c')]), 'tests/c/x_test.cc');
  });
});

describe('tests do not sleep', () => {
  test('in the tree', () => keeps(rules.testsDoNotSleep(tree)));
  test('one that does is found', () => {
    const text = 'std::this_thread::sleep_for(1s);';
    breaks(rules.testsDoNotSleep([{ path: 'tests/a/a_test.cc', text }]), 'waits for time');
    keeps(rules.testsDoNotSleep([{ path: 'tests/a/a_test.cc', text: `// ${text}` }]));
    breaks(
      rules.testsDoNotSleep([{ path: 'tests/a.ts', text: 'setTimeout(f, 1)' }]),
      'waits for time',
    );
  });
});

describe('nothing is left over', () => {
  test('in the tree', () => keeps(rules.nothingIsLeftOver(tree)));
  test('a note to oneself is found', () => {
    breaks(rules.nothingIsLeftOver(cc('int a;\n// TO' + 'DO: b\n')), 'a.cc:2');
  });
});

describe('documents name what is there', () => {
  test('in the tree', () => keeps(rules.documentsNameWhatIsThere(tree)));
  test('a path or a link that leads nowhere is found', () => {
    const text =
      'See `docs/b.md`, `docs/c.md`, [c](c.md), [b](b.md), `a/b`, `x.h`, `build/x`, `a = b`.\n';
    const files = [
      { path: 'docs/a.md', text },
      { path: 'docs/b.md', text: '' },
      { path: 'src/a/b/c.h', text: '' },
    ];
    breaks(rules.documentsNameWhatIsThere(files), 'docs/c.md', 'x.h', 'c.md');
  });
});

describe('sources name documents that are there', () => {
  test('in the tree', () => keeps(rules.sourcesNameDocumentsThatAreThere(tree)));
  test('one that is not is found', () => {
    const files = [...cc('// See docs/a/b.md and docs/c.md.\n'), { path: 'docs/c.md', text: '' }];
    breaks(rules.sourcesNameDocumentsThatAreThere(files), 'docs/a/b.md');
  });
});

describe('every command of the README is run by a test', () => {
  test('in the tree', () => keeps(rules.readmeCommandsAreTested(tree, readmeCommands)));
  test('one more, on either side, is found', () => {
    const readme = [
      {
        path: 'README.md',
        text: '```sh\n# as it is\n./run \\\n  --help\nls\n```\n```js\nf()\n```\n',
      },
    ];
    breaks(rules.readmeCommandsAreTested(readme, ['./run --help', 'cat']), '`ls`', '`cat`');
  });
});
