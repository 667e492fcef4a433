import { paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb';

/** The cities of a country whose name begins with a prefix, in the order of their names. */
export async function citiesThatBeginWith(client, table, country, prefix) {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      KeyConditionExpression: 'country = :country AND begins_with(nameId, :prefix)',
      ExpressionAttributeValues: { ':country': country, ':prefix': prefix },
    },
  );
  return collect(pages);
}

/** The city of a country that most people live in. */
export async function largestOf(client, table, country) {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      KeyConditionExpression: 'country = :country',
      ExpressionAttributeValues: { ':country': country },
      ...namesAndPeople,
    },
  );
  return largest(await collect(pages));
}

/** The city that most people live in. No key leads to it: it takes a scan of the table. */
export async function largestOfAll(client, table) {
  const segments = 4;
  const candidates = await Promise.all(
    Array.from({ length: segments }, async (_, segment) => {
      const pages = paginateScan(
        { client },
        { TableName: table, Segment: segment, TotalSegments: segments, ...namesAndPeople },
      );
      return largest(await collect(pages));
    }),
  );
  return largest(candidates.filter((city) => city));
}

/** How many cities of a country there are. */
export async function countOf(client, table, country) {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      KeyConditionExpression: 'country = :country',
      ExpressionAttributeValues: { ':country': country },
      Select: 'COUNT',
    },
  );
  let count = 0;
  for await (const page of pages) count += page.Count;
  return count;
}

const namesAndPeople = {
  ProjectionExpression: '#name, population',
  ExpressionAttributeNames: { '#name': 'name' },
};

async function collect(pages) {
  const cities = [];
  for await (const page of pages) cities.push(...page.Items);
  return cities;
}

function largest(cities) {
  return cities.reduce(
    (first, city) => (!first || city.population > first.population ? city : first),
    undefined,
  );
}
