import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { countOf } from './questions.mjs';

/** Compares the answers of the server with the file. Gives a sentence for each that differs. */
export async function check(client, table, items, answers) {
  const faults = [];
  const expect = (what, found, expected) => {
    if (found !== expected) faults.push(`  ${what}: ${found}, should be ${expected}`);
  };

  let total = 0;
  for (const [country, expected] of countries(items)) {
    const found = await countOf(client, table, country);
    total += found;
    expect(`cities of ${country}`, found, expected);
  }
  expect('cities in all', total, items.length);

  const { Table: description } = await client.send(new DescribeTableCommand({ TableName: table }));
  expect('ItemCount of the table', description.ItemCount, items.length);

  const { country, prefix, named, ofCountry, ofAll } = answers;
  const here = items.filter((item) => item.country === country);
  const begin = here.filter((item) => item.nameId.startsWith(prefix));
  const inOrder = (cities) => cities.map((city) => city.nameId).join();
  const bytes = (city) => Buffer.from(city.nameId);
  begin.sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
  expect(`cities of ${country} that begin with ${prefix}`, inOrder(named), inOrder(begin));
  expect(`the largest of ${country}`, ofCountry?.population, people(here));
  expect('the largest of all', ofAll?.population, people(items));
  return faults;
}

function countries(items) {
  const counts = new Map();
  for (const { country } of items) counts.set(country, (counts.get(country) ?? 0) + 1);
  return counts;
}

function people(items) {
  return items.length === 0
    ? undefined
    : items.reduce((most, item) => Math.max(most, item.population), 0);
}
