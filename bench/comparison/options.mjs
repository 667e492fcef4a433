// The command line of bench/compare.
import { parseArgs } from 'node:util';

export const usage = (
  parts,
) => `Compares Jedlik with other servers on this machine: bench/compare [flags] [rounds [seconds]]

It makes 3 rounds of runs of 3 seconds, which takes 25 minutes, and writes bench/results.md and
bench/throughput_latency.svg.

  --only PART[,PART...]  only these parts, into build/comparison-results: ${parts.join(', ')}
  --large                instead: 10 million items of 1 KB on a cache of 1 GiB, into bench/results-large.md; needs
                         30 GB of disk
  --items N              with --large: so many items instead, into build/comparison-results
  --help                 this text
`;

const positive = (text, what) => {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`"${text}" makes no sense as a number of ${what}`);
  return number;
};

/** Throws with a sentence when they make no sense. */
export function readOptions(args, parts) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      large: { type: 'boolean', default: false },
      items: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [rounds = '3', seconds = '3'] = positionals;
  const only = values.only?.split(',');
  const unknown = only?.find((id) => !parts.includes(id));
  if (unknown) throw new Error(`There is no part "${unknown}". The parts are: ${parts.join(', ')}`);
  if (positionals.length > 2) throw new Error(`What is "${positionals[2]}"?`);
  if (values.large && only) throw new Error('--large has no parts');
  if (values.items && !values.large) throw new Error('--items is for --large');
  return {
    help: values.help,
    large: values.large,
    only,
    items: values.items && positive(values.items, 'items'),
    rounds: positive(rounds, 'rounds'),
    seconds: positive(seconds, 'seconds'),
  };
}
