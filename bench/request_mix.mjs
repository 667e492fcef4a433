// The tables and requests of which bench/compare measures the speed and bench/instructions.mjs the
// instructions.

export const idOf = (n) => `customer-${String(n).padStart(6, '0')}`;

/** About 450 bytes as DynamoDB counts them. */
export const itemOf = (n) => ({
  id: { S: idOf(n) },
  name: { S: `Customer number ${n}` },
  email: { S: `customer.${n}@example.com` },
  balance: { N: `${n}.25` },
  active: { BOOL: n % 2 === 0 },
  tags: { SS: ['bronze', 'europe', 'newsletter'] },
  address: { M: { city: { S: 'Budapest' }, street: { S: 'Jedlik street' }, number: { N: '7' } } },
  note: { S: 'Ányos Jedlik built the first self-exciting dynamo. '.repeat(5) },
});

export const table = {
  TableName: 'bench',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};

/** Items with a sort key besides, for Query. */
export const ordersTable = {
  ...table,
  TableName: 'orders',
  AttributeDefinitions: [...table.AttributeDefinitions, { AttributeName: 'n', AttributeType: 'N' }],
  KeySchema: [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: 'n', KeyType: 'RANGE' },
  ],
};

/** operation: its request for item n */
export const requests = {
  GetItem: (n) => ({ TableName: 'bench', Key: { id: { S: idOf(n) } }, ConsistentRead: true }),
  PutItem: (n) => ({ TableName: 'bench', Item: itemOf(n) }),
  // Conditional, and changes the item each time.
  UpdateItem: (n) => ({
    TableName: 'bench',
    Key: { id: { S: idOf(n) } },
    UpdateExpression: 'SET balance = balance + :one, address.city = :city',
    ConditionExpression: 'attribute_exists(id) AND (balance >= :zero OR contains(tags, :tag))',
    ExpressionAttributeValues: {
      ':one': { N: '1' },
      ':zero': { N: '0' },
      ':city': { S: 'Budapest' },
      ':tag': { S: 'bronze' },
    },
  }),
};

/** Makes the table and fills it. `call(operation, request)` gives the answer's text. */
export async function fill(call, itemCount) {
  await call('CreateTable', table);
  const isActive = async () =>
    (await call('DescribeTable', { TableName: 'bench' })).includes('"ACTIVE"');
  while (!(await isActive()));
  for (let n = 0; n < itemCount; n += 25) {
    const puts = Array.from({ length: 25 }, (_, i) => ({ PutRequest: { Item: itemOf(n + i) } }));
    await call('BatchWriteItem', { RequestItems: { bench: puts } });
  }
}
