// Random cases of CreateTable and UpdateTable, valid and nearly so.
import { made } from './tables.mjs';

const types = { a: 'S', b: 'N', c: 'S', d: 'B', f: 'N' };
const units = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
const keySchema = (...names) =>
  names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' }));

export function generateTableCase(random) {
  const tables = new TableCase(random);
  return random.oneIn(2) ? tables.create() : tables.update();
}

class TableCase {
  #random;
  #provisioned;

  constructor(random) {
    this.#random = random;
    this.#provisioned = random.oneIn(2);
  }

  create() {
    const random = this.#random;
    const request = this.#table(true);
    for (let faults = random.below(3); faults > 0; --faults) this.#spoil(request);
    return { before: [], operation: 'CreateTable', request };
  }

  update() {
    const random = this.#random;
    const table = this.#table(false);
    const existing = (table.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName);
    const request = { TableName: made };
    if (random.oneIn(3)) request.BillingMode = this.#billingMode();
    if (random.oneIn(3)) request.ProvisionedThroughput = this.#units();
    if (!random.oneIn(4)) {
      const count = random.oneIn(4) ? 2 : 1;
      request.GlobalSecondaryIndexUpdates = random.some(count, count, () =>
        this.#indexUpdate(existing),
      );
      const created = request.GlobalSecondaryIndexUpdates.filter(({ Create }) => Create);
      const used = created.flatMap(({ Create }) =>
        Create.KeySchema.map(({ AttributeName }) => AttributeName),
      );
      if (used.length > 0 && !random.oneIn(6))
        request.AttributeDefinitions = this.#definitions(used);
    }
    return { before: [table], operation: 'UpdateTable', request };
  }

  #definitions(names) {
    return [...new Set(names)].map((AttributeName) => ({
      AttributeName,
      AttributeType: types[AttributeName] ?? 'S',
    }));
  }

  /** A valid CreateTable. */
  #table(withLocal) {
    const random = this.#random;
    const KeySchema = random.oneIn(4) ? keySchema('a') : keySchema('a', 'b');
    const locals =
      withLocal && KeySchema.length === 2
        ? random.some(0, 2, () => this.#index(['a', random.pick(['b', 'c', 'd'])]))
        : [];
    const globals = random.some(0, 2, () => this.#global());
    [...locals, ...globals].forEach((index, i) => (index.IndexName = `index${i}`));
    const used = [{ KeySchema }, ...locals, ...globals].flatMap((each) =>
      each.KeySchema.map(({ AttributeName }) => AttributeName),
    );
    return {
      TableName: made,
      AttributeDefinitions: this.#definitions(used),
      KeySchema,
      ...(locals.length > 0 ? { LocalSecondaryIndexes: locals } : {}),
      ...(globals.length > 0 ? { GlobalSecondaryIndexes: globals } : {}),
      ...(this.#provisioned
        ? { ProvisionedThroughput: { ...units } }
        : { BillingMode: 'PAY_PER_REQUEST' }),
    };
  }

  #index(names) {
    return { IndexName: 'index0', KeySchema: keySchema(...names), Projection: this.#projection() };
  }

  #global() {
    const random = this.#random;
    const names = random.some(1, 2, () => random.pick(['a', 'b', 'c', 'd', 'f']));
    return {
      ...this.#index([...new Set(names)]),
      ...(this.#provisioned ? { ProvisionedThroughput: { ...units } } : {}),
    };
  }

  #projection() {
    const random = this.#random;
    const ProjectionType = random.pick(['ALL', 'KEYS_ONLY', 'INCLUDE']);
    if (ProjectionType !== 'INCLUDE') return { ProjectionType };
    return { ProjectionType, NonKeyAttributes: random.some(1, 2, () => random.pick(['s', 'n'])) };
  }

  #billingMode() {
    return this.#random.pick(['PROVISIONED', 'PAY_PER_REQUEST', 'PAY_PER_REQUEST', 'FREE']);
  }

  #units() {
    const random = this.#random;
    const count = () => random.pick([0, 5, 5, 5, 7, 10, 1e12 + 1]);
    return { ReadCapacityUnits: count(), WriteCapacityUnits: count() };
  }

  #indexUpdate(existing) {
    const random = this.#random;
    const IndexName = random.pick(['index0', 'index0', ...existing, 'nowhere']);
    return random.pick([
      () => ({ Update: { IndexName, ProvisionedThroughput: this.#units() } }),
      () => ({ Delete: { IndexName } }),
      () => ({ Create: { ...this.#global(), IndexName: random.pick([IndexName, 'newindex']) } }),
      () => ({ Create: { ...this.#global(), IndexName: 'newindex' } }),
      () => (random.oneIn(5) ? {} : { Update: { IndexName, ProvisionedThroughput: units } }),
    ])();
  }

  /** Makes one thing of a CreateTable wrong, or at least unusual. */
  #spoil(request) {
    const random = this.#random;
    const lists = ['LocalSecondaryIndexes', 'GlobalSecondaryIndexes'];
    const list = random.pick(lists);
    const index = random.pick(request[list]?.length > 0 ? request[list] : [{}]);
    const schema = random.pick([request.KeySchema, index.KeySchema ?? request.KeySchema]);
    random.pick([
      () => delete request[random.pick(Object.keys(request).filter((m) => m !== 'TableName'))],
      () => delete index[random.pick(['IndexName', 'KeySchema', 'Projection'])],
      () => request.AttributeDefinitions?.pop(),
      () => request.AttributeDefinitions?.push({ AttributeName: 'z', AttributeType: 'S' }),
      () => (request[list] = []),
      () => (index.IndexName = random.pick(['index0', 'index1', 'x', 'a b'])),
      () => (index.Projection = { ProjectionType: 'ALL', NonKeyAttributes: ['s'] }),
      () => (index.Projection = { ProjectionType: 'INCLUDE' }),
      () => (index.Projection = random.pick([{}, { ProjectionType: 'SOME' }])),
      () => (index.ProvisionedThroughput = this.#units()),
      () => delete index.ProvisionedThroughput,
      () => (request.BillingMode = this.#billingMode()),
      () => (request.ProvisionedThroughput = this.#units()),
      () => schema?.pop(),
      () => schema?.reverse(),
      () => schema?.[0] && (schema[0].KeyType = 'RANGE'),
      () => schema?.[1] && (schema[1].KeyType = 'HASH'),
      () => schema?.[1] && (schema[1].AttributeName = schema[0].AttributeName),
      () => schema?.[0] && (schema[0].AttributeName = random.pick(['c', 'z'])),
    ])();
  }
}
