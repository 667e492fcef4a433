import { DescribeEndpointsCommand, DescribeLimitsCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { client } from '../support/service.ts';

test('DescribeLimits gives the four limits of the account', async () => {
  const { $metadata: _, ...limits } = await client.send(new DescribeLimitsCommand({}));
  expect(limits).toEqual({
    AccountMaxReadCapacityUnits: 80000,
    AccountMaxWriteCapacityUnits: 80000,
    TableMaxReadCapacityUnits: 40000,
    TableMaxWriteCapacityUnits: 40000,
  });
});

test('DescribeEndpoints gives one endpoint and how long to keep it', async () => {
  const { Endpoints: endpoints } = await client.send(new DescribeEndpointsCommand({}));
  expect(endpoints).toEqual([
    { Address: expect.stringMatching(/./), CachePeriodInMinutes: expect.any(Number) },
  ]);
});
