import type { NatsConnection } from '@runnel/messaging';

import { percentile } from './percentile';

const STREAM = 'BENCH_FLOOR';
/** About what the commits of a run of three nodes weigh. */
const REQUEST = Buffer.alloc(1_100, 'r');
const RESULT = Buffer.alloc(1_300, 'e');

/**
 * What the log's server does by itself for the same work: two acknowledged publishes one after the other per
 * run, so many runs in flight, on a file stream of its own.
 */
export async function rawAppendFloor(
  connection: NatsConnection,
  inFlight: number,
  seconds: number,
): Promise<{ perSecond: number; p50: number; p99: number }> {
  const manager = await connection.jetstreamManager();
  await manager.streams.add({ name: STREAM, subjects: ['bench.floor.*'] });
  const stream = connection.jetstream();
  const latencies: number[] = [];
  let next = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const subject = `bench.floor.${(next += 1)}`;
      const sent = performance.now();
      const { seq } = await stream.publish(subject, REQUEST, {
        expect: { lastSubjectSequence: 0 },
      });
      await stream.publish(subject, RESULT, { expect: { lastSubjectSequence: seq } });
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const perSecond = latencies.length / ((performance.now() - start) / 1000);
  await manager.streams.delete(STREAM);
  return { perSecond, p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
}
