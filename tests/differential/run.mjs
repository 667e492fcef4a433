// How a case goes on one server.
import { indexes, indexed, keys, made, tables } from './tables.mjs';

const tableOperations = ['CreateTable', 'UpdateTable'];

/** Makes the tables of the cases about items. */
export async function prepare(server) {
  for (const table of Object.values(tables)) await makeTable(server, table);
}

async function makeTable(server, table) {
  const answer = await server.call('CreateTable', table);
  if (answer.status === 200) await settled(server, table.TableName);
  return answer;
}

/** No table takes this long. */
const patience_ms = 5_000;

/** Waits until a table and its indexes are ACTIVE, or the table is gone. Gives its description. */
async function settled(server, name) {
  const end = Date.now() + patience_ms;
  while (Date.now() < end) {
    const answer = await server.call('DescribeTable', { TableName: name });
    if (answer.status !== 200) return answer;
    const { TableStatus, GlobalSecondaryIndexes = [] } = answer.body.Table;
    const states = [TableStatus, ...GlobalSecondaryIndexes.map(({ IndexStatus }) => IndexStatus)];
    if (states.every((state) => state === 'ACTIVE')) return answer;
  }
  throw new Error(`${name} does not become ACTIVE.`);
}

/** A case whose beginning a server refuses is none. */
export class NoCase extends Error {}

/** { answer, after }: the answer of the request, and what is there afterwards. */
export function run(server, test) {
  return tableOperations.includes(test.operation) ? runTable(server, test) : runItem(server, test);
}

async function runTable(server, { before, operation, request }) {
  for (const table of before) {
    const { status } = await makeTable(server, table);
    if (status !== 200) throw new NoCase('The table could not be made.');
  }
  const answer = await server.call(operation, request);
  const after = await settled(server, made);
  if (after.status === 200) {
    await server.call('DeleteTable', { TableName: made });
    await settled(server, made);
  }
  return { answer, after: [after] };
}

async function runItem(server, { before, operation, request }) {
  const table = request.TableName ?? indexed.TableName;
  const isThere = ({ b }) => before.some((item) => item.b?.N === b.N);
  const requests = [
    ...before.map((Item) => ({ PutRequest: { Item } })),
    ...keys.filter((key) => !isThere(key)).map((Key) => ({ DeleteRequest: { Key } })),
  ];
  const { status } = await server.call('BatchWriteItem', { RequestItems: { [table]: requests } });
  if (status !== 200) throw new NoCase('The items could not be written.');
  const answer = await server.call(operation, request);
  if (['GetItem', 'Query', 'Scan'].includes(operation)) return { answer, after: [] };
  const places = [undefined];
  if (table === indexed.TableName && answer.status === 200) places.push(...Object.keys(indexes));
  const scans = places.map((IndexName) => server.call('Scan', { TableName: table, IndexName }));
  return { answer, after: await Promise.all(scans) };
}
