// Random cases about items. A case is { before, operation, request }: `before` are the items that are
// there, or for UpdateTable the CreateTable that has made the table.
import { Expressions } from './expressions.mjs';
import { generateTableCase } from './generate_tables.mjs';
import { indexed, indexes, key, keys, partition, plain, typeOfKey } from './tables.mjs';
import { anyValue, attributes, indexKeys, indexKeyValue } from './values.mjs';

const indexKeyNames = ['c', 'd', 'g', 'e'];

export class Generator {
  #random;

  constructor(random) {
    this.#random = random;
  }

  next() {
    const random = this.#random;
    if (random.oneIn(8)) return generateTableCase(random);
    return new ItemCase(random, random.oneIn(2) ? indexed : plain).make();
  }
}

class ItemCase {
  #random;
  #table;
  #hasIndexes;
  #legacy;
  #expressions;

  constructor(random, table) {
    this.#random = random;
    this.#table = table;
    this.#hasIndexes = table === indexed;
    this.#legacy = random.oneIn(4);
    this.#expressions = new Expressions(random, this.#hasIndexes ? indexKeyNames : []);
  }

  make() {
    const random = this.#random;
    const before = keys
      .map((each, place) => ({ ...each, ...this.#indexKeys(place), ...attributes(random) }))
      .filter((_item, place) => !random.oneIn(place === 0 ? 6 : 2));
    const writes = ['PutItem', 'UpdateItem', 'UpdateItem', 'DeleteItem'];
    const reads = this.#hasIndexes ? ['Query', 'Query', 'Scan'] : ['GetItem', 'Query', 'Scan'];
    const operation = random.pick([...writes, ...reads]);
    const own = writes.includes(operation) ? this.#write(operation) : this.#read(operation);
    const request = { TableName: this.#table.TableName, ...own, ...this.#capacity() };
    const { values } = this.#expressions;
    if (Object.keys(values).length > 0) request.ExpressionAttributeValues = values;
    // A request with one member too few is as good a question as any.
    if (random.oneIn(25)) delete request[random.pick(Object.keys(request))];
    return { before, operation, request };
  }

  #indexKeys(place) {
    return this.#hasIndexes ? indexKeys(this.#random, place) : {};
  }

  #capacity() {
    const random = this.#random;
    if (!random.oneIn(3)) return {};
    return { ReturnConsumedCapacity: random.pick(['INDEXES', 'INDEXES', 'TOTAL', 'NONE']) };
  }

  #write(operation) {
    const rest = { ...this.#condition(), ...this.#returns(operation) };
    if (operation === 'PutItem') return { Item: this.#item(), ...rest };
    if (operation === 'DeleteItem') return { Key: key, ...rest };
    return { Key: key, ...this.#update(), ...rest };
  }

  #item() {
    const random = this.#random;
    const item = { ...key, ...this.#indexKeys(0), ...attributes(random) };
    if (this.#hasIndexes && random.oneIn(4))
      item[random.pick(indexKeyNames)] = random.oneIn(8)
        ? { S: 'long'.repeat(600) }
        : anyValue(random);
    return item;
  }

  #update() {
    const random = this.#random;
    const expressions = this.#expressions;
    if (this.#hasIndexes && random.oneIn(3)) return this.#indexKeyUpdate();
    if (this.#legacy) return { AttributeUpdates: expressions.legacyUpdates() };
    const text = expressions.update();
    return text === '' && random.oneIn(2) ? {} : { UpdateExpression: text || 'REMOVE gone' };
  }

  /** Changes an attribute of an index key, and perhaps another one. */
  #indexKeyUpdate() {
    const random = this.#random;
    const name = random.pick(indexKeyNames);
    const Value = random.oneIn(4) ? anyValue(random) : indexKeyValue(random, name, 0);
    if (this.#legacy) {
      const Action = random.pick(['PUT', 'PUT', 'ADD', 'DELETE']);
      const change = Action === 'DELETE' ? { Action } : { Action, Value };
      return { AttributeUpdates: { [name]: change } };
    }
    const value = () => this.#expressions.placeholder(Value);
    const UpdateExpression = random.pick([
      () => `SET ${name} = ${value()}`,
      () => `SET ${name} = ${value()}, n = ${this.#expressions.placeholder({ N: '7' })}`,
      () => `SET ${name} = ${random.pick(['s', 'n', 'l', 'c', 'd'])}`,
      () => `SET ${name} = if_not_exists(${name}, ${value()})`,
      () => `SET ${name}.x = ${value()}`,
      () => `REMOVE ${name}`,
      () => `ADD ${name} ${value()}`,
    ])();
    return { UpdateExpression };
  }

  #returns(operation) {
    const random = this.#random;
    const own = ['NONE', 'ALL_OLD', 'ALL_OLD'];
    const ofUpdate = [...own, 'ALL_NEW', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW', 'UPDATED_NEW'];
    const kinds = operation === 'UpdateItem' || random.oneIn(15) ? ofUpdate : own;
    return random.oneIn(2) ? { ReturnValues: random.pick(kinds) } : {};
  }

  #condition() {
    if (this.#random.oneIn(2)) return {};
    if (this.#legacy) return this.#expressions.legacyExpected();
    return { ConditionExpression: this.#expressions.condition() };
  }

  #read(operation) {
    if (operation === 'GetItem') return { Key: key, ConsistentRead: true, ...this.#projection() };
    const random = this.#random;
    const indexName = this.#hasIndexes ? random.pick(Object.keys(indexes)) : undefined;
    const index = indexes[indexName];
    const isQuery = operation === 'Query';
    return {
      ...(index ? { IndexName: random.oneIn(40) ? 'nowhere' : indexName } : {}),
      ...(isQuery ? this.#keyCondition(index?.keyNames ?? ['a', 'b']) : {}),
      ...this.#filter(isQuery ? 'QueryFilter' : 'ScanFilter'),
      ...this.#projection(),
      ...this.#page(indexName, isQuery),
    };
  }

  #keyCondition([hash, sort]) {
    const random = this.#random;
    const hashValue = hash === 'a' ? partition : indexKeyValue(random, hash);
    const second = sort ? [sort, () => indexKeyValue(random, sort)] : [];
    return this.#legacy
      ? { KeyConditions: this.#expressions.legacyKeyCondition([hash, hashValue], second) }
      : { KeyConditionExpression: this.#expressions.keyCondition([hash, hashValue], second) };
  }

  #filter(parameter) {
    if (this.#random.oneIn(2)) return {};
    return this.#legacy
      ? { [parameter]: this.#expressions.legacyConditions() }
      : { FilterExpression: this.#expressions.condition() };
  }

  #projection() {
    const random = this.#random;
    if (random.oneIn(2)) return {};
    const paths = random.some(1, 3, () => this.#expressions.path());
    return this.#legacy ? { AttributesToGet: paths } : { ProjectionExpression: paths.join(', ') };
  }

  /** What decides how much is read and in which order. Only where the order is promised. */
  #page(indexName, isQuery) {
    const random = this.#random;
    const index = indexes[indexName];
    const isOrdered = indexName !== 'gsi-g' && (isQuery || !index?.isGlobal);
    const page = {};
    if (isOrdered && random.oneIn(3)) page.Limit = 1 + random.below(4);
    if (isQuery && random.oneIn(3)) page.ScanIndexForward = random.oneIn(3);
    if (random.oneIn(index?.isGlobal ? 20 : 5)) page.ConsistentRead = true;
    if (random.oneIn(8))
      page.Select = random.pick([
        ...['COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'SPECIFIC_ATTRIBUTES'],
      ]);
    if (isOrdered && random.oneIn(6)) page.ExclusiveStartKey = this.#startKey(index, isQuery);
    return page;
  }

  #startKey(index, isQuery) {
    const random = this.#random;
    const place = random.below(keys.length);
    const start = { ...keys[place] };
    for (const name of index?.keyNames ?? []) start[name] ??= indexKeyValue(random, name, place);
    const name = random.pick(Object.keys(start));
    if (random.oneIn(6)) delete start[name];
    else if (random.oneIn(6)) start[name] = anyValue(random);
    else if (random.oneIn(12)) start.extra = { [typeOfKey.a]: 'x' };
    // Which partitions of a Scan come after another one is not promised.
    if (!isQuery && start.a?.S) start.a = partition;
    return start;
  }
}
