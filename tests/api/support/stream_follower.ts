// A reader of DynamoDB Streams: follows all shards of a stream from its beginning, and can go on
// from where it was on another connection or another server. Needs nothing but Node.js itself; the
// crash test uses it too.
import type { Json } from './call.ts';
import type { Item } from './item_size.ts';

export interface StreamRecord {
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  eventVersion: string;
  eventSource: string;
  awsRegion: string;
  userIdentity?: { PrincipalId: string; Type: string };
  dynamodb: {
    ApproximateCreationDateTime: number;
    Keys: Item;
    NewImage?: Item;
    OldImage?: Item;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: string;
  };
}

/** Calls an operation that must succeed. */
export type Ask = (operation: string, request: Json) => Promise<Json>;

export interface ShardDescription {
  ShardId: string;
  ParentShardId?: string;
  SequenceNumberRange: { StartingSequenceNumber: string; EndingSequenceNumber?: string };
}

/** All shards of a stream, in the order in which the service lists them. */
export async function shardsOf(ask: Ask, arn: string): Promise<ShardDescription[]> {
  const shards: ShardDescription[] = [];
  let from: string | undefined;
  do {
    const { StreamDescription: page } = await ask('DescribeStream', {
      StreamArn: arn,
      ExclusiveStartShardId: from,
    });
    shards.push(...page.Shards);
    from = page.LastEvaluatedShardId;
  } while (from);
  return shards;
}

interface Shard {
  id: string;
  parent?: string;
  /** None before the first page, at the end, and after resume(). */
  iterator?: string;
  /** Of the last record that was read. */
  last?: string;
  hasEnded: boolean;
}

export class StreamFollower {
  private readonly shards = new Map<string, Shard>();
  private knowsShards = false;
  /** What was read and not yet given; more than nothing only after a call that has failed. */
  private readonly fetched: StreamRecord[] = [];

  /** `limit`: the most records of a page, where it is to be fewer than the service gives. */
  constructor(
    private ask: Ask,
    readonly arn: string,
    private readonly limit?: number,
  ) {}

  /** Goes on after the last record of each shard, with nothing but their sequence numbers. */
  resume(ask: Ask): void {
    this.ask = ask;
    this.knowsShards = false;
    for (const shard of this.shards.values()) shard.iterator = undefined;
  }

  /** Whether all shards have been read to their ends. */
  get hasEnded(): boolean {
    return this.knowsShards && [...this.shards.values()].every((shard) => shard.hasEnded);
  }

  /** The next records of every shard whose parent has been read to its end. */
  async poll(): Promise<StreamRecord[]> {
    if (!this.knowsShards) await this.findShards();
    const ready = [...this.shards.values()].filter(
      ({ hasEnded, parent }) => !hasEnded && (this.shards.get(parent ?? '')?.hasEnded ?? true),
    );
    for (const shard of ready) await this.readPage(shard);
    return this.fetched.splice(0);
  }

  /** Everything that has been acknowledged by now and not yet been read. */
  async drain(): Promise<StreamRecord[]> {
    const records: StreamRecord[] = [];
    for (;;) {
      const page = await this.poll();
      records.push(...page);
      if (page.length === 0 && this.knowsShards) return records;
    }
  }

  private async findShards(): Promise<void> {
    for (const { ShardId: id, ParentShardId: parent } of await shardsOf(this.ask, this.arn)) {
      if (!this.shards.has(id)) this.shards.set(id, { id, parent, hasEnded: false });
    }
    this.knowsShards = true;
  }

  private async readPage(shard: Shard): Promise<void> {
    shard.iterator ??= await this.iteratorOf(shard);
    const page = await this.ask('GetRecords', {
      ShardIterator: shard.iterator,
      Limit: this.limit,
    });
    shard.iterator = page.NextShardIterator;
    shard.last = page.Records.at(-1)?.dynamodb.SequenceNumber ?? shard.last;
    if (!shard.iterator) {
      shard.hasEnded = true;
      // It may have children by now.
      this.knowsShards = false;
    }
    this.fetched.push(...page.Records);
  }

  private async iteratorOf({ id, last }: Shard): Promise<string> {
    const place = last
      ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: last }
      : { ShardIteratorType: 'TRIM_HORIZON' };
    const request = { StreamArn: this.arn, ShardId: id, ...place };
    return (await this.ask('GetShardIterator', request)).ShardIterator;
  }
}

/** Everything that a stream holds now, from its beginning. */
export function readStream(ask: Ask, arn: string): Promise<StreamRecord[]> {
  return new StreamFollower(ask, arn).drain();
}
