// The parts of bench/compare that measure nothing: figures of rounds, goals, texts, the scales of the picture.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { goals, judge, largeGoals } from '../../bench/comparison/goals.mjs';
import { largeParts } from '../../bench/comparison/large.mjs';
import { readOptions } from '../../bench/comparison/options.mjs';
import { allParts } from '../../bench/comparison/parts.mjs';
import { decades, logScale, plot } from '../../bench/comparison/plot.mjs';
import { figure, report, withSpread } from '../../bench/comparison/report.mjs';
import { runPart, secondsOf } from '../../bench/comparison/run.mjs';
import { greatest, ratios, Results, summary } from '../../bench/comparison/statistics.mjs';

/** Results of one measurement: { contender: [a rate for each round] }. */
function resultsOf(measurement, rates) {
  const results = new Results();
  for (const [contender, rounds] of Object.entries(rates))
    rounds.forEach((rate, round) => results.add(measurement, contender, round, rate && { rate }));
  return results;
}

describe('figures of rounds', () => {
  test('have a median, of an even number too, with the least and the most', () => {
    assert.deepEqual(summary([30, 1, 2]), { median: 2, least: 1, most: 30 });
    assert.deepEqual(summary([4, 1, 2, 3]), { median: 2.5, least: 1, most: 4 });
  });
  test('of rounds that failed do not count, and none is no summary', () => {
    assert.deepEqual(summary([7, undefined]), { median: 7, least: 7, most: 7 });
    assert.equal(summary([undefined]), undefined);
  });
  test('are compared with those of the same round', () => {
    assert.deepEqual(ratios([10, 20, 30], [5, 4, 3]), [2, 5, 10]);
    assert.deepEqual(summary(ratios([10, undefined, 30], [5, 4])), summary([2]));
  });
  test('of the fastest are those of each round', () => {
    assert.deepEqual(
      greatest([
        [1, 5, undefined],
        [3, 2],
      ]),
      [3, 5, undefined],
    );
  });
  test('are kept by measurement, contender and round', () => {
    const results = resultsOf('get', { a: [1, undefined, 3] });
    assert.deepEqual(results.figures('get', 'a', 'rate'), [1, undefined, 3]);
    assert.deepEqual(results.figures('put', 'a', 'rate'), []);
    assert.equal(results.run('get', 'a', 2).rate, 3);
  });
});

describe('a goal', () => {
  const ofRate = (results) => results.figures('get', 'a', 'rate');
  const judged = (by, limit, rates) =>
    judge({ by, limit, measured: ofRate }, resultsOf('get', { a: rates })).reached;
  test('is reached by the median', () => {
    assert.equal(judged('at least', 3, [1, 3, 9]), 'yes');
    assert.equal(judged('at least', 4, [1, 3, 9]), 'no');
    assert.equal(judged('at most', 3, [1, 3, 9]), 'yes');
    assert.equal(judged('at most', 2, [1, 3, 9]), 'no');
    assert.equal(judged('under', 3, [3]), 'no');
  });
  test('that was not measured is not reached', () => {
    assert.equal(judged('at most', 3, [undefined]), 'not measured');
  });
  test('of the comparison names what there is', () => {
    const isThere = (measurement, contender, figure) =>
      [...allParts, ...largeParts(100)].some(
        ({ columns, measurements }) =>
          figure in columns &&
          measurements.some(
            ({ name, contenders }) =>
              name === measurement && contenders.some((each) => each.name === contender),
          ),
      );
    const figures = (...names) => (isThere(...names) ? [6] : []);
    for (const goal of [...goals, ...largeGoals(100)])
      assert.ok(judge(goal, { figures }).found, goal.what);
    assert.equal(judge(goals[0], { figures: () => [] }).found, undefined);
  });
});

describe('a text', () => {
  test('has three digits of a figure', () => {
    const texts = [0.01234, 1.5, 12.34, 99, 1234.5].map(figure);
    assert.deepEqual(texts, ['0.0123', '1.5', '12.3', '99', '1,235']);
  });
  test('has the spread where there is one', () => {
    assert.equal(withSpread(summary([1, 2, 4])), '2 (1–4)');
    assert.equal(withSpread(summary([2])), '2');
    assert.equal(withSpread(summary([])), '');
  });
  test('of results has goals, figures, ratios and failures', () => {
    const results = resultsOf('get', { us: [20, 30], them: [10, 10] });
    results.fail('get, others', new Error('they ended'));
    const part = {
      ...{ title: 'Part', text: 'How.', columns: { rate: 'per second' } },
      measurements: [
        {
          name: 'get',
          base: 'us',
          contenders: ['us', 'them'].map((name) => ({ name, server: name })),
        },
      ],
    };
    const measured = (each) => each.figures('get', 'us', 'rate');
    const goal = { what: 'us', by: 'under', limit: 20, unit: 'ms', measured };
    const settings = { title: 'T', command: 'c', rounds: 2, seconds: 1 };
    const text = report({ ...settings, parts: [part], goals: [goal], results });
    assert.match(text, /^\| us \| 25 \(20–30\) ms \| under 20 ms \| no \|$/m);
    assert.match(text, /^\| get \| us \| 25 \(20–30\) \| +\|$/m);
    assert.match(text, /^\| +\| them \| 10 \| 2\.5 \(2–3\) \|$/m);
    assert.match(text, /^- get, others: they ended$/m);
  });
});

describe('the picture', () => {
  test('has the powers of ten around the values', () => {
    assert.deepEqual(decades([0.2, 30]), [0.1, 1, 10, 100]);
    assert.deepEqual(decades([10]), [10, 100]);
  });
  test('has logarithmic scales', () => {
    const y = logScale(1, 100, 400, 0);
    assert.deepEqual([1, 10, 100].map(y), [400, 200, 0]);
  });
  test('draws the curves of those that were measured', () => {
    const results = new Results();
    results.add('get', 'a', 0, { points: [{ rate: 10, p50_ms: 1, p99_ms: 2 }] });
    const svg = plot([{ name: 'get', contenders: [{ name: 'a' }, { name: 'b' }] }], results);
    assert.equal(svg.match(/<circle/g).length, 2);
    assert.doesNotMatch(svg, /NaN|undefined/);
  });
});

describe('the command line', () => {
  const read = (...args) => readOptions(args, ['get', 'put']);
  test('has rounds, seconds and parts', () => {
    assert.deepEqual([read().rounds, read().seconds], [3, 3]);
    const { rounds, seconds, only } = read('5', '2', '--only', 'get,put');
    assert.deepEqual([rounds, seconds, only], [5, 2, ['get', 'put']]);
  });
  test('refuses what makes no sense', () => {
    for (const args of [['x'], ['0'], ['1', '1', '1'], ['--only', 'got'], ['--items', '5'], ['-x']])
      assert.throws(() => read(...args), Error, args.join(' '));
  });
});

describe('a part', () => {
  const run = async (part) => {
    const turns = [];
    const note = (name) => async (context) => {
      turns.push(`${name} ${context.seconds}`);
      if (name === 'bad') throw new Error('no');
      return { rate: turns.length, before: context.earlier('a')?.rate };
    };
    const contenders = ['a', 'bad', 'c'].map((name) => ({
      ...{ name, takes: (seconds) => seconds, run: note(name) },
      ...(name === 'c' ? { rounds: 1 } : {}),
    }));
    const results = new Results();
    const quiet = { say() {}, done() {} };
    const measurements = [{ name: 'get', contenders }];
    const whole = { title: 'T', columns: {}, measurements, ...part };
    await runPart(whole, { rounds: 2, seconds: 5, world: {}, results, progress: quiet });
    return { turns, results, seconds: secondsOf(whole, { rounds: 2, seconds: 5 }) };
  };
  test('gives each contender its turn in each round, and goes on when one fails', async () => {
    const { turns, results, seconds } = await run({});
    assert.deepEqual(turns, ['a 5', 'bad 5', 'c 5', 'a 5', 'bad 5']);
    assert.equal(seconds, 25);
    assert.deepEqual(results.failures, ['get, bad: no']);
    assert.equal(results.run('get', 'c', 0).before, 1);
  });
  test('warms up without keeping what that finds', async () => {
    const { turns, results, seconds } = await run({ warmsUp: true });
    assert.deepEqual(turns.slice(0, 4), ['a 1', 'bad 1', 'c 1', 'a 5']);
    assert.equal(seconds, 28);
    assert.deepEqual(results.figures('get', 'a', 'rate'), [4, 7]);
  });
  test('of the large comparison says how long it takes', () => {
    const seconds = largeParts(15_000_000).map((part) =>
      secondsOf(part, { rounds: 3, seconds: 3 }),
    );
    assert.ok(seconds[0] > 900 && seconds[0] < 1100, seconds);
  });
});
