import { type CommitDecoder, decodeEntry } from './entry-codec';
import { type FedMessage, OrderedFeed, type OrderedFeedOptions } from './ordered-feed';
import type { LogEntry } from './run-log.port';

export interface ShardTailOptions extends OrderedFeedOptions {
  readonly shard: number;
  readonly signal: AbortSignal;
  readonly decode: CommitDecoder;
}

/**
 * Entries of a shard in order, in lists of what has arrived.
 * @throws InvalidInputError UNDECODABLE_ENTRY after all entries before it; LostEntriesError
 */
export async function* tailShard(options: ShardTailOptions): AsyncGenerator<readonly LogEntry[]> {
  const { signal } = options;
  if (signal.aborted) return;
  const feed = new OrderedFeed(options);
  const stop = (): void => feed.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const messages = await feed.next();
      if (messages.length === 0 || signal.aborted) return;
      const { entries, error } = decodeAll(messages, options);
      if (entries.length > 0) yield entries;
      if (error) throw error;
      if (signal.aborted) return;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    feed.close();
  }
}

function decodeAll(
  messages: readonly FedMessage[],
  { shard, decode }: ShardTailOptions,
): { readonly entries: LogEntry[]; readonly error?: Error } {
  const entries: LogEntry[] = [];
  for (const { seq, message } of messages) {
    try {
      entries.push(decodeEntry(message, message.subject, { shard, seq }, decode));
    } catch (error) {
      return { entries, error: error instanceof Error ? error : new Error(String(error)) };
    }
  }
  return { entries };
}
