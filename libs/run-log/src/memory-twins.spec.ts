import { MemoryIdempotencyKeys } from './memory-idempotency-keys';
import { MemoryPayloadStore } from './memory-payload-store';
import { MemoryWorkQueue } from './memory-work-queue';
import { describeIdempotencyKeys } from './testing/idempotency-keys.contract';
import { describePayloadStore } from './testing/payload-store.contract';
import { describeWorkQueue } from './testing/work-queue.contract';

describeIdempotencyKeys('in memory', async (now) => new MemoryIdempotencyKeys(now));
describePayloadStore('in memory', async () => new MemoryPayloadStore());
describeWorkQueue('in memory', async () => new MemoryWorkQueue());
