// Keys that many writers contend for.
import type { Item } from '../api/support/item_size.ts';
import { errorName, must, request } from './client.ts';
import { checkIndexes } from './indexes.ts';
import { canonical, checkWhole, sealed } from './items.ts';
import { newStamp, type Load } from './load.ts';
import { TableIdentity } from './model.ts';
import type { Observed, TableSchema } from './schema.ts';

/**
 * Shared keys that many writers raise by one, each time on the condition that nobody else has. At
 * most one of them may win a number, and a number that was won, or only read, stays.
 */
export class ContendedKeys {
  private readonly histories = new Map<string, History>();
  private readonly identity = new TableIdentity();

  constructor(
    readonly schema: TableSchema,
    names: string[],
  ) {
    for (const name of names) this.histories.set(name, newHistory(0, ''));
  }

  async step(load: Load): Promise<void> {
    const name = load.random.pick([...this.histories.keys()]);
    const history = this.histories.get(name)!;
    const { Item: item } = await must(load.endpoint, 'GetItem', {
      TableName: this.schema.name,
      Key: { id: { S: name } },
      ConsistentRead: true,
    });
    const version = versionOf(item) + 1;
    history.read = Math.max(history.read, version - 1);
    const wanted = sealed({ id: { S: name }, version: { N: String(version) } }, newStamp());
    const owner = canonical(wanted);
    history.attempts.set(owner, version);
    const answer = await request(load.endpoint, 'UpdateItem', {
      TableName: this.schema.name,
      Key: { id: { S: name } },
      UpdateExpression: 'SET #v = :new, #l = :s, #r = :s, #c = :c',
      ConditionExpression: item ? '#v = :old' : 'attribute_not_exists(#v)',
      ExpressionAttributeNames: { '#v': 'version', '#l': 'left', '#r': 'right', '#c': 'sum' },
      ExpressionAttributeValues: {
        ':new': wanted.version,
        ':s': wanted.left,
        ':c': wanted.sum,
        ...(item ? { ':old': item.version } : {}),
      },
    });
    if (answer.status === 200) {
      if (history.won.has(version)) {
        throw new Error(`${name}: version ${version} was acknowledged to two writers`);
      }
      history.won.set(version, owner);
      load.acknowledged(1);
    } else if (errorName(answer) === 'ConditionalCheckFailedException') {
      history.attempts.delete(owner);
    } else {
      throw new Error(`UpdateItem: ${answer.text}`);
    }
  }

  /** Everything that is wrong with the shared keys as found. What is found becomes the truth. */
  check(observed: Observed): string[] {
    const problems = [
      ...this.identity.check(observed),
      ...observed.items.flatMap(checkWhole),
      ...checkIndexes(this.schema, observed),
    ];
    const found = new Map(observed.items.map((item) => [(item.id as { S: string }).S, item]));
    for (const [name, history] of this.histories) {
      const item = found.get(name);
      const version = versionOf(item);
      const owner = item ? canonical(item) : '';
      const least = Math.max(history.read, ...history.won.keys());
      if (version < least) problems.push(`${name}: version ${least} was seen, is now ${version}`);
      const winner = history.won.get(version);
      const allowed =
        winner === undefined ? history.attempts.get(owner) === version : winner === owner;
      if (!allowed) problems.push(`${name}: version ${version} is held by one who did not win it`);
      this.histories.set(name, newHistory(version, owner));
    }
    return problems;
  }
}

interface History {
  /** The highest version that a consistent read has given. */
  read: number;
  /** Version to whoever was told that it is theirs. */
  won: Map<number, string>;
  /** Whoever tried, and was not refused, to the version that they tried for. */
  attempts: Map<string, number>;
}

function newHistory(version: number, owner: string): History {
  return { read: version, won: new Map([[version, owner]]), attempts: new Map() };
}

function versionOf(item: Item | undefined): number {
  return item ? Number((item.version as { N: string }).N) : 0;
}
