// A global index that comes and goes while its table is written to.
import { must, settled } from './client.ts';
import type { Load } from './load.ts';
import type { TableModel } from './model.ts';
import { createIndexRequest, deleteIndexRequest, describedIndexes } from './schema.ts';
import type { Description, IndexDescription, IndexSchema } from './schema.ts';

type Phase = 'there' | 'gone' | 'being made' | 'being deleted';

/** Makes and deletes an index of one name, each time another. */
export class IndexChurn {
  private phase: Phase = 'gone';
  private turn = 0;
  private readonly others: IndexSchema[];

  constructor(
    private readonly table: TableModel,
    private readonly choices: IndexSchema[],
  ) {
    this.others = table.schema.indexes;
  }

  private get index(): IndexSchema {
    return this.choices[this.turn % this.choices.length];
  }

  /** As far as is known; not while a change is under way. */
  get isThere(): boolean {
    return this.phase === 'there';
  }

  async step(load: Load): Promise<void> {
    if (this.phase === 'gone') await this.make(load);
    else await this.delete(load);
    await settled(load.endpoint, this.table.schema.name);
  }

  /** Sends the request. What follows is the server's affair. */
  async make(load: Load): Promise<void> {
    this.turn += 1;
    this.phase = 'being made';
    await must(
      load.endpoint,
      'UpdateTable',
      createIndexRequest(this.table.schema.name, this.index),
    );
    this.phase = 'there';
    load.acknowledged(1);
  }

  async delete(load: Load): Promise<void> {
    this.phase = 'being deleted';
    await must(
      load.endpoint,
      'UpdateTable',
      deleteIndexRequest(this.table.schema.name, this.index),
    );
    this.phase = 'gone';
    load.acknowledged(1);
  }

  /** The index as the table is described; undefined where it is not there. */
  find(description: Description): IndexDescription | undefined {
    return describedIndexes(description).find(({ IndexName: name }) => name === this.index.name);
  }

  /**
   * Waits until the index is ACTIVE or gone, and tells when that is not what was promised. From
   * then on the table's schema has the index or not.
   */
  async check(endpoint: string): Promise<string[]> {
    const { name } = this.table.schema;
    const description = await settled(endpoint, name);
    if (!description) return [];
    const there = this.find(description) !== undefined;
    const problems: string[] = [];
    if (there && this.phase === 'gone') problems.push(`${name}: the deleted index is back`);
    if (!there && this.phase === 'there') problems.push(`${name}: the new index is lost`);
    this.phase = there ? 'there' : 'gone';
    const indexes = there ? [...this.others, this.index] : this.others;
    this.table.schema = { ...this.table.schema, indexes };
    return problems;
  }
}
