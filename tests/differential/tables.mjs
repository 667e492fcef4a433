// The tables that the requests are about, and the keys of the items that are in them.

const definitions = (types) =>
  Object.entries(types).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
const keySchema = (...names) =>
  names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' }));
const index = (IndexName, keys, projection) => ({
  IndexName,
  KeySchema: keySchema(...keys),
  Projection: projection,
});
const all = { ProjectionType: 'ALL' };
const keysOnly = { ProjectionType: 'KEYS_ONLY' };

export const plain = {
  TableName: 'Plain',
  AttributeDefinitions: definitions({ a: 'S', b: 'N' }),
  KeySchema: keySchema('a', 'b'),
  BillingMode: 'PAY_PER_REQUEST',
};

export const indexed = {
  TableName: 'Indexed',
  AttributeDefinitions: definitions({ a: 'S', b: 'N', c: 'S', d: 'N', g: 'S', e: 'B' }),
  KeySchema: keySchema('a', 'b'),
  LocalSecondaryIndexes: [index('lsi-c', ['a', 'c'], all), index('lsi-d', ['a', 'd'], keysOnly)],
  GlobalSecondaryIndexes: [
    index('gsi-gd', ['g', 'd'], all),
    index('gsi-g', ['g'], { ProjectionType: 'INCLUDE', NonKeyAttributes: ['s', 'n'] }),
    index('gsi-eb', ['e', 'b'], keysOnly),
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

/** The name of the table that CreateTable and UpdateTable are about. */
export const made = 'Made';

export const tables = { [plain.TableName]: plain, [indexed.TableName]: indexed };
export const partition = { S: 'k' };
/** Every item that a table can hold; requests are about the first. */
export const keys = ['1', '2', '3'].map((N) => ({ a: partition, b: { N } }));
export const [key] = keys;

/** name: { attributes of the key in order, whether the index is global } */
export const indexes = Object.fromEntries(
  ['LocalSecondaryIndexes', 'GlobalSecondaryIndexes'].flatMap((list) =>
    indexed[list].map(({ IndexName, KeySchema }) => [
      IndexName,
      {
        keyNames: KeySchema.map(({ AttributeName }) => AttributeName),
        isGlobal: list.startsWith('Global'),
      },
    ]),
  ),
);
export const typeOfKey = Object.fromEntries(
  indexed.AttributeDefinitions.map(({ AttributeName, AttributeType }) => [
    AttributeName,
    AttributeType,
  ]),
);
