// The package has no types of its own.
declare module 'dynamodb-stream' {
  import type { EventEmitter } from 'node:events';
  import type { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams';

  type ShardState = Record<string, { shardId: string; nextShardIterator?: string | null }>;

  export default class DynamoDBStream extends EventEmitter {
    constructor(client: DynamoDBStreams, streamArn: string, unmarshall: (item: any) => any);
    fetchStreamState(): Promise<void>;
    getShardState(): ShardState;
    setShardState(state: ShardState): void;
  }
}
