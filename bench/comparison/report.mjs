// bench/results.md, as text.
import { cpus } from 'node:os';
import { judge } from './goals.mjs';
import { ratios, summary } from './statistics.mjs';

/** Three digits that count; no decimals above a hundred. */
export function figure(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value
    .toPrecision(3)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** 12.3 (11.9–13), or 12.3 where all rounds have that. */
export function withSpread(found) {
  if (!found) return '';
  const { median, least, most } = found;
  const [text, from, to] = [median, least, most].map(figure);
  return from === to ? text : `${text} (${from}–${to})`;
}

function markdownTable([head, ...rows], isNumber) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  return (
    line(head) + line(head.map((_, n) => (isNumber(n) ? '---:' : '---'))) + rows.map(line).join('')
  );
}

function rowsOf({ name, base, ratioOf = 'rate', contenders }, columns, results) {
  return contenders.map((contender, n) => {
    const figures = (column) => results.figures(name, contender.name, column);
    // What is not a server (db_bench) counts something else.
    const isBeside = base && contender.server && contender.name !== base;
    const rates = isBeside ? results.figures(name, base, ratioOf) : [];
    return [
      n === 0 ? name : '',
      contender.name,
      ...columns.map((column) => withSpread(summary(figures(column)))),
      withSpread(summary(ratios(rates, figures(ratioOf)))),
    ];
  });
}

function sectionOf(part, results) {
  const columns = Object.entries(part.columns);
  const hasRatio = part.measurements.some(({ base }) => base);
  const rows = part.measurements.flatMap((measurement) =>
    rowsOf(measurement, Object.keys(part.columns), results),
  );
  const head = ['what', 'which', ...columns.map(([, title]) => title), '`--ephemeral` to it'];
  const shown = hasRatio ? [head, ...rows] : [head, ...rows].map((row) => row.slice(0, -1));
  return `## ${part.title}\n\n${part.text}\n\n${markdownTable(shown, (n) => n > 1)}`;
}

function goalsTable(goals, results) {
  const rows = goals.map((goal) => {
    const { found, reached } = judge(goal, results);
    const unit = goal.unit && ` ${goal.unit}`;
    const measured = found ? `${withSpread(found)}${unit}` : '';
    return [goal.what, measured, `${goal.by} ${goal.limit}${unit}`, reached];
  });
  return markdownTable(
    [['what', 'measured', 'goal', 'reached'], ...rows].map((row) => row),
    (n) => n === 1,
  );
}

function failuresText(failures) {
  if (failures.length === 0) return '';
  return `\n## What could not be measured\n\n${failures.map((line) => `- ${line}\n`).join('')}`;
}

/** `goals`: those of the parts that ran. `also`: a paragraph below their table. */
export function report({ title, command, parts, goals, also = '', results, rounds, seconds }) {
  const [{ model }] = cpus();
  const sections = parts.map((part) => sectionOf(part, results)).join('\n');
  return `# ${title}

Written by \`${command}\` on ${cpus().length} cores (${model}), load and servers on the same machine; Jedlik has one
serving thread where nothing else is said. Medians of ${rounds} rounds of ${seconds} s, least and most in parentheses. In each round
every contender has its turn at a measurement, one directly after the other, and a ratio is of two runs of one
round. Absolute figures drift from run to run: only ratios from one run count.

## Where it stands

${goalsTable(goals, results)}${also}
${sections}${failuresText(results.failures)}`;
}
