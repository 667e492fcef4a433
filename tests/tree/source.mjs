// Reading source text as the rules need it: files of the tree, text without comments and strings,
// functions with their lengths.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const skipped = new Set(['.git', 'build', 'data', 'node_modules', '.cache']);

/** Every file under `root` with its text: [{ path, text }], paths relative to `root`. */
export function readTree(root, folder = '') {
  const files = [];
  for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      // `data` is what a server left behind at the top; deeper it is test data.
      const isOurs = !skipped.has(entry.name) || (entry.name === 'data' && folder !== '');
      if (isOurs) files.push(...readTree(root, name));
    } else if (entry.isFile()) {
      files.push({ path: name, text: readFileSync(path.join(root, name), 'utf8') });
    }
  }
  return files;
}

export const isHeader = (file) => file.path.endsWith('.h');
export const isCpp = (file) => /\.(h|cc)$/.test(file.path);
export const isScript = (file) => /\.(ts|mts|js|mjs)$/.test(file.path);

const blank = (text) => text.replace(/[^\n]/g, ' ');

// In the order in which they are tried at each place.
const cppTokens = [
  /\/\/(?:\\\n|[^\n])*/y,
  /\/\*[^]*?\*\//y,
  /R"([^\s()\\]*)\([^]*?\)\1"/y,
  /"(?:\\.|[^"\\\n])*"/y,
  // A quote in a number is a separator.
  /\b[0-9](?:'?[0-9a-zA-Z.])*/y,
  /'(?:\\.|[^'\\\n])*'/y,
  /^[ \t]*#(?:\\\n|[^\n])*/my,
];

const scriptTokens = [
  /\/\/[^\n]*/y,
  /\/\*[^]*?\*\//y,
  /"(?:\\.|[^"\\\n])*"/y,
  /'(?:\\.|[^'\\\n])*'/y,
  /`(?:\\.|[^`\\])*`/y,
  // A regular expression stands where no value can have ended.
  /(?<=(?:^|[(,=:[!&|?{};]|return|=>)\s*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y,
];

/** The text with comments, strings and preprocessor lines blanked; lines and columns stay. */
export function codeOnly(file) {
  const tokens = isCpp(file) ? cppTokens : scriptTokens;
  const { text } = file;
  let result = '';
  for (let at = 0; at < text.length;) {
    let match = null;
    for (const token of tokens) {
      token.lastIndex = at;
      match = token.exec(text);
      if (match) break;
    }
    result += match ? blank(match[0]) : text[at];
    at += match ? match[0].length : 1;
  }
  return result;
}

const lineOf = (code, at) => code.slice(0, at).split('\n').length;

const control = /^(?:else\b\s*)?(?:if|for|while|switch|catch|do|else|try)\b/;
const container = /\b(?:namespace|class|struct|enum|union|interface|extern)\b(?![^]*\))/;

// Whether a `{` after this head begins the body of a function.
function beginsFunction(head) {
  const text = head.trim();
  if (control.test(text) || container.test(text)) return false;
  return /\)|=>\s*$/.test(text);
}

// What a test file groups its tests with is no function that somebody reads in one piece.
const isGroup = (head) => /^\s*(?:describe|suite)\b/.test(head);

/** The functions of a file: [{ line, length }], in lines, from the signature to the last brace. */
export function functionsOf(file) {
  const code = codeOnly(file);
  const open = [];
  const functions = [];
  let headStart = 0;
  for (let at = 0; at < code.length; ++at) {
    const c = code[at];
    if (c === '{') {
      const head = code.slice(headStart, at);
      const isFunction = beginsFunction(head) && !isGroup(head);
      open.push({ isFunction, start: headStart + head.search(/\S|$/) });
    } else if (c === '}') {
      const block = open.pop();
      if (block?.isFunction) {
        const line = lineOf(code, block.start);
        functions.push({ line, length: lineOf(code, at) - line + 1 });
      }
    }
    const endsHead =
      c === '{' || c === '}' || (c === ';' && !insideParentheses(code, headStart, at));
    if (endsHead) headStart = at + 1;
  }
  return functions;
}

// Whether the `;` at `at` is one of a `for (;;)`.
function insideParentheses(code, from, at) {
  let depth = 0;
  for (let i = from; i < at; ++i) {
    if (code[i] === '(') ++depth;
    if (code[i] === ')') --depth;
  }
  return depth > 0;
}
