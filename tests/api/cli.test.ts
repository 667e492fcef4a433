// The AWS command line, as a newcomer would type it.
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killLeftovers, makeFolder, removeFolder, Server } from './support/server.ts';

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = await makeFolder();
  server = await Server.start({ folder });
});
afterAll(async () => {
  await server.stop();
  killLeftovers();
  await removeFolder(folder);
});

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line through the shell, with the server's address in place of the usual one. */
function shell(command: string): Promise<Outcome> {
  const line = `${command} --endpoint-url ${server.endpoint}`;
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_DEFAULT_OUTPUT: 'json',
    AWS_PAGER: '',
    AWS_MAX_ATTEMPTS: '1',
  };
  return new Promise((resolve) =>
    execFile('/bin/sh', ['-c', line], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  );
}

async function succeeds(command: string): Promise<Outcome> {
  const outcome = await shell(command);
  expect(outcome.code, outcome.stderr).toBe(0);
  expect(outcome.stderr).toBe('');
  return outcome;
}

describe('the five commands of the introduction', () => {
  test('list-tables', async () => {
    const { stdout } = await succeeds(`aws dynamodb list-tables`);
    expect(JSON.parse(stdout)).toEqual({ TableNames: [] });
  });

  test('create-table', async () => {
    const { stdout } = await succeeds(
      `aws dynamodb create-table --table-name Users --attribute-definitions AttributeName=UserID,AttributeType=S --key-schema AttributeName=UserID,KeyType=HASH --billing-mode PAY_PER_REQUEST`,
    );
    const { TableDescription: made } = JSON.parse(stdout);
    expect(made).toMatchObject({
      TableName: 'Users',
      KeySchema: [{ AttributeName: 'UserID', KeyType: 'HASH' }],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    });
    await succeeds('aws dynamodb wait table-exists --table-name Users');
  });

  test('put-item', async () => {
    await succeeds(
      `aws dynamodb put-item --table-name Users --item '{"UserID": {"S": "101"}, "Name": {"S": "Alex"}}'`,
    );
  });

  test('query', async () => {
    const { stdout } = await succeeds(
      `aws dynamodb query --table-name Users --key-condition-expression "UserID = :id" --expression-attribute-values '{":id":{"S":"101"}}'`,
    );
    expect(JSON.parse(stdout)).toEqual({
      Items: [{ UserID: { S: '101' }, Name: { S: 'Alex' } }],
      Count: 1,
      ScannedCount: 1,
      ConsumedCapacity: null,
    });
  });

  test('delete-item', async () => {
    await succeeds(`aws dynamodb delete-item --table-name Users --key '{"UserID": {"S": "101"}}'`);
    const { stdout } = await succeeds('aws dynamodb scan --table-name Users');
    expect(JSON.parse(stdout).Items).toEqual([]);
  });
});

test('an error is told with its name and message', async () => {
  const outcome = await shell(`aws dynamodb describe-table --table-name NoSuch`);
  expect(outcome.code).not.toBe(0);
  expect(outcome.stderr).toContain(
    'An error occurred (ResourceNotFoundException) when calling the DescribeTable operation: ' +
      'Requested resource not found: Table: NoSuch not found',
  );
});

test('a stream is made, found and read', async () => {
  const table = '--table-name Streamed';
  await succeeds(
    `aws dynamodb create-table ${table} --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH --billing-mode PAY_PER_REQUEST --stream-specification StreamEnabled=true,StreamViewType=NEW_IMAGE`,
  );
  await succeeds(`aws dynamodb wait table-exists ${table}`);
  await succeeds(`aws dynamodb put-item ${table} --item '{"id": {"S": "a"}}'`);
  const answer = async (command: string) =>
    JSON.parse((await succeeds(`aws dynamodbstreams ${command}`)).stdout);
  const { Streams: streams } = await answer(`list-streams ${table}`);
  const arn = `--stream-arn ${streams[0].StreamArn}`;
  const { StreamDescription: stream } = await answer(`describe-stream ${arn}`);
  const { ShardIterator: iterator } = await answer(
    `get-shard-iterator ${arn} --shard-id ${stream.Shards[0].ShardId} --shard-iterator-type TRIM_HORIZON`,
  );
  const { Records: records } = await answer(`get-records --shard-iterator '${iterator}'`);
  expect(records).toMatchObject([
    { eventName: 'INSERT', dynamodb: { NewImage: { id: { S: 'a' } }, SizeBytes: 6 } },
  ]);
}, 60_000);
