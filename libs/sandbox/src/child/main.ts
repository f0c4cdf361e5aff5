import { FrameReader } from '../wire/frame-reader';
import { TO_POOL } from '../wire/messages';
import { ChildStatusPage } from '../wire/status-page';
import { ChildHost } from './child-host';
import { Outbox } from './outbox';
import { takeAwayCapabilities } from './take-away';
import { VmFactory } from './vm-factory';

/** A request, journal or step result may be large; what is larger than this is a broken channel. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;
const STATUS_FD = 3;

/**
 * The child process: argv is the engine's entry file, its wasm file and the largest number of VMs. It speaks
 * only over its standard input and output and ends when its input does, however the pool has ended.
 */
async function main([engineFile, wasmFile, maxVms]: readonly string[]): Promise<void> {
  if (engineFile === undefined || wasmFile === undefined)
    throw new Error('started without its engine');
  const outbox = new Outbox((bytes) => void process.stdout.write(bytes));
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('close', () => process.exit(0));
  process.stdout.on('error', () => process.exit(0));
  const factory = await VmFactory.load(engineFile, wasmFile);
  const collectGarbage = (globalThis as { gc?: () => void }).gc ?? (() => undefined);
  const host = new ChildHost(
    factory,
    new ChildStatusPage(STATUS_FD),
    outbox,
    Number(maxVms),
    collectGarbage,
  );
  const reader = new FrameReader((frame) => host.receive(frame), MAX_FRAME_BYTES);
  process.stdin.on('data', (chunk: Buffer) => {
    reader.push(chunk);
    host.endBatch();
  });
  takeAwayCapabilities();
  outbox.add(TO_POOL.ready, 0, 0, '');
  outbox.flush();
}

void main(process.argv.slice(2));
