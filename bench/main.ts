import { runAppendBench } from './append.bench';
import { runProjectionBench } from './projection.bench';
import { type BenchReport, printReport } from './report';
import { runSseBench } from './sse.bench';
import { runWebhookBench } from './webhook.bench';

/** The benchmarks by name; each measures its floor in the same run. */
const BENCHMARKS: Readonly<Record<string, () => Promise<BenchReport>>> = {
  append: runAppendBench,
  projection: runProjectionBench,
  sse: runSseBench,
  webhook: runWebhookBench,
};

/** Runs the benchmarks that are named, all when none is, one after the other. */
async function main(names: readonly string[]): Promise<void> {
  const wanted = names.length > 0 ? names : Object.keys(BENCHMARKS);
  for (const name of wanted) {
    const bench = BENCHMARKS[name];
    if (!bench)
      throw new Error(`no benchmark ${name}: there are ${Object.keys(BENCHMARKS).join(', ')}`);
    process.stdout.write(`\nrunning ${name} ...\n`);
    process.stdout.write(printReport(await bench()));
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(1);
  },
);
