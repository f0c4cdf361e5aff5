import { MemoryRunLog } from './memory-run-log';
import { describeRunLog } from './testing/run-log.contract';

describeRunLog('in memory', async () => {
  const log = new MemoryRunLog({ shards: 4 });
  return {
    log,
    storeRaw: async (runId, text) => log.storeRaw(runId, text),
    close: () => log.close(),
  };
});
