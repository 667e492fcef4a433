// Tables that come and go, with their items and their indexes.
import { must, observe, settled } from './client.ts';
import { makeItem, type Load } from './load.ts';
import { TableModel } from './model.ts';
import { createTableRequest } from './schema.ts';
import { churned } from './tables.ts';

type Phase = 'there' | 'gone' | 'being created' | 'being dropped';

interface ChurnedTable {
  phase: Phase;
  model: TableModel;
}

/** Creates, fills and drops tables of a few names, over and over. */
export class TableChurn {
  private readonly tables = new Map<string, ChurnedTable>();
  private readonly ids = new Set<string>();

  constructor(names: string[]) {
    for (const name of names) this.tables.set(name, { phase: 'gone', model: churnModel(name) });
  }

  async step(load: Load): Promise<void> {
    const [name, table] = load.random.pick([...this.tables]);
    if (table.phase === 'gone') await this.create(load, name, table);
    else await this.drop(load, name, table);
  }

  private async create(load: Load, name: string, table: ChurnedTable): Promise<void> {
    table.phase = 'being created';
    table.model = churnModel(name);
    const { TableDescription: made } = await must(
      load.endpoint,
      'CreateTable',
      createTableRequest(table.model.schema),
    );
    table.phase = 'there';
    table.model.identity.checkSame(made);
    if (this.ids.has(made.TableId)) throw new Error(`table id ${made.TableId} was given twice`);
    this.ids.add(made.TableId);
    load.acknowledged(1);
    await settled(load.endpoint, name);
    for (const index of [undefined, ...table.model.schema.indexes.map(({ name }) => name)]) {
      const scan = { TableName: name, IndexName: index };
      const { Count: count } = await must(load.endpoint, 'Scan', scan);
      if (count !== 0) throw new Error(`the new ${name}, ${index}, has ${count} old items`);
    }
    for (let index = load.random.between(0, 5); index > 0; --index) {
      const key = { id: { S: `filler-${index}` } };
      const item = makeItem(load.random, table.model.schema, key);
      const sent = table.model.sent(key, item);
      await must(load.endpoint, 'PutItem', { TableName: name, Item: item });
      sent.applied();
      load.acknowledged(1);
    }
  }

  private async drop(load: Load, name: string, table: ChurnedTable): Promise<void> {
    table.phase = 'being dropped';
    await must(load.endpoint, 'DeleteTable', { TableName: name });
    table.phase = 'gone';
    load.acknowledged(1);
    await settled(load.endpoint, name);
  }

  /** Everything that is wrong with these tables. What is found becomes the truth. */
  async check(endpoint: string): Promise<string[]> {
    const problems: string[] = [];
    for (const [name, table] of this.tables) {
      const there = (await settled(endpoint, name)) !== undefined;
      if (there && table.phase === 'gone') problems.push(`the dropped table ${name} is back`);
      if (!there && table.phase === 'there') problems.push(`the created table ${name} is lost`);
      if (there) problems.push(...table.model.check(await observe(endpoint, name)));
      table.phase = there ? 'there' : 'gone';
    }
    return problems;
  }

  /** The names of the tables that are there. */
  present(): string[] {
    return [...this.tables].filter(([, { phase }]) => phase === 'there').map(([name]) => name);
  }
}

function churnModel(name: string): TableModel {
  return new TableModel(churned(name));
}
