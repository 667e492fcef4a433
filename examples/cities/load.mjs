import { setTimeout as pause } from 'node:timers/promises';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { Progress } from './progress.mjs';

const batchSize = 25; // as many as BatchWriteItem takes

/**
 * Writes all items, so many requests at a time. Gives the seconds that it took and the write units
 * that the server counted.
 */
export async function load(client, table, items, concurrency) {
  const started = performance.now();
  const progress = new Progress(items.length, 'cities');
  let writeUnits = 0;
  let next = 0;

  const writer = async () => {
    while (next < items.length) {
      const batch = items.slice(next, next + batchSize);
      next += batch.length;
      const units = await writeAll(client, table, batch);
      writeUnits += units;
      progress.add(batch.length);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, writer));
  progress.end();
  return { seconds: (performance.now() - started) / 1000, writeUnits };
}

/** Writes a batch and again what the server left undone, until nothing is. Gives the write units. */
async function writeAll(client, table, batch) {
  let requests = batch.map((item) => ({ PutRequest: { Item: item } }));
  let writeUnits = 0;
  for (let round = 0; requests.length > 0; ++round) {
    // Twice the time each round, and not all writers at once.
    if (round > 0) await pause(Math.random() * Math.min(50 * 2 ** round, 5000));
    const answer = await client.send(
      new BatchWriteCommand({
        RequestItems: { [table]: requests },
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    for (const { CapacityUnits: units } of answer.ConsumedCapacity ?? []) writeUnits += units;
    requests = answer.UnprocessedItems?.[table] ?? [];
  }
  return writeUnits;
}
