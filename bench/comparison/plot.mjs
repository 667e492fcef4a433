// The picture of latency against throughput, as SVG: a panel for each measurement, both axes logarithmic.

const width = 1000;
const height = 560;
const panel = { top: 50, bottom: 430, width: 400, left: [70, 570] };
// Okabe and Ito's, which the colour-blind can tell apart.
const colours = ['#d55e00', '#e69f00', '#0072b2', '#009e73', '#cc79a7', '#555555'];

/** The powers of ten that enclose the values. */
export function decades(values) {
  const least = Math.floor(Math.log10(Math.min(...values)));
  const most = Math.ceil(Math.log10(Math.max(...values)));
  return Array.from({ length: Math.max(most, least + 1) - least + 1 }, (_, n) => 10 ** (least + n));
}

/** A logarithmic scale: `from` is drawn at `start`, `to` at `end`. */
export const logScale = (from, to, start, end) => (value) =>
  start + ((end - start) * Math.log10(value / from)) / Math.log10(to / from);

const text = (x, y, content, more = '') => `<text x="${x}" y="${y}" ${more}>${content}</text>\n`;
const line = (x1, y1, x2, y2, more) =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ${more}/>\n`;
const label = (value) => (value >= 1000 ? `${value / 1000}k` : `${value}`);

function axes(left, xTicks, yTicks, x, y, title) {
  const right = left + panel.width;
  const vertical = xTicks.map(
    (tick) =>
      line(x(tick), panel.top, x(tick), panel.bottom, 'stroke="#dddddd"') +
      text(x(tick), panel.bottom + 18, label(tick), 'text-anchor="middle"'),
  );
  const horizontal = yTicks.map(
    (tick) =>
      line(left, y(tick), right, y(tick), 'stroke="#dddddd"') +
      text(left - 8, y(tick) + 4, label(tick), 'text-anchor="end"'),
  );
  const middle = (panel.top + panel.bottom) / 2;
  return (
    [...vertical, ...horizontal].join('') +
    `<rect x="${left}" y="${panel.top}" width="${panel.width}" height="${panel.bottom - panel.top}" fill="none" stroke="#555555"/>\n` +
    text(left + panel.width / 2, panel.top - 18, title, 'text-anchor="middle" font-size="17"') +
    text(left + panel.width / 2, panel.bottom + 40, 'requests per second', 'text-anchor="middle"') +
    text(
      left - 48,
      middle,
      'latency in ms',
      `text-anchor="middle" transform="rotate(-90 ${left - 48} ${middle})"`,
    )
  );
}

function curveOf(points, figure, x, y, colour, dash) {
  const places = points.map((point) => [x(point.rate).toFixed(1), y(point[figure]).toFixed(1)]);
  const dots = places.map(
    ([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="2.8" fill="${colour}"/>\n`,
  );
  return (
    `<polyline points="${places.map((place) => place.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2" ${dash}/>\n` +
    dots.join('')
  );
}

function legend(names) {
  const perRow = 3;
  const entries = names.map((name, n) => {
    const x = 70 + (n % perRow) * 320;
    const y = 495 + Math.floor(n / perRow) * 22;
    const colour = `stroke="${colours[n]}" stroke-width="3"`;
    return line(x, y - 4, x + 28, y - 4, colour) + text(x + 36, y, name);
  });
  const y = 495 + Math.ceil(names.length / perRow) * 22;
  const kinds = 'stroke="#222222" stroke-width="2"';
  return (
    entries.join('') +
    line(70, y - 4, 98, y - 4, kinds) +
    text(106, y, '99th percentile') +
    line(390, y - 4, 418, y - 4, `${kinds} stroke-dasharray="5 4"`) +
    text(426, y, 'median')
  );
}

/** `measurements`: of the part `curve`. A contender without points is left out; undefined where none has any. */
export function plot(measurements, results) {
  const names = [
    ...new Set(measurements.flatMap(({ contenders }) => contenders.map(({ name }) => name))),
  ];
  const panels = measurements.map(({ name, contenders }) => ({
    title: name,
    series: contenders.map((contender) => ({
      colour: colours[names.indexOf(contender.name)],
      points: results.run(name, contender.name, 0)?.points ?? [],
    })),
  }));
  const all = panels.flatMap(({ series }) => series.flatMap(({ points }) => points));
  if (all.length === 0) return undefined;
  const xTicks = decades(all.map(({ rate }) => rate));
  const yTicks = decades(all.flatMap(({ p50_ms, p99_ms }) => [p50_ms, p99_ms]));
  const drawn = panels.map(({ title, series }, n) => {
    const left = panel.left[n];
    const x = logScale(xTicks[0], xTicks.at(-1), left, left + panel.width);
    const y = logScale(yTicks[0], yTicks.at(-1), panel.bottom, panel.top);
    const curves = series.map(
      ({ points, colour }) =>
        curveOf(points, 'p99_ms', x, y, colour, '') +
        curveOf(points, 'p50_ms', x, y, colour, 'stroke-dasharray="5 4"'),
    );
    return axes(left, xTicks, yTicks, x, y, title) + curves.join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" fill="#222222">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${drawn.join('')}${legend(names.map((name) => name.replaceAll('`', '')))}</svg>
`;
}
