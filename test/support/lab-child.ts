/** Runs a plan in a process of its own, so that tests can interrupt and kill it. Says on standard output how far it is. */
import { readFileSync } from 'node:fs';
import { parsePlanText } from '../../core/experiment/plan.ts';
import { interruptible, runForReal } from '../../main/lab/index.ts';

const [planFile = ''] = process.argv.slice(2);
const interruption = interruptible();
try {
  await runForReal(parsePlanText(readFileSync(planFile, 'utf8')), {
    signal: interruption.signal,
    onProgress: ({ phase, done }) => process.stdout.write(`${phase} ${done ?? ''}\n`),
  });
  process.stdout.write('finished\n');
} catch (error) {
  process.stdout.write(`ended: ${error instanceof Error ? error.name : String(error)}\n`);
}
process.exit(0);
