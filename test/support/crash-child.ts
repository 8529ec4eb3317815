/** Checks a crash plan in a process of its own, so that tests can kill it. Says on standard output how far it is. */
import { readFileSync } from 'node:fs';
import { parseCrashPlanText } from '../../core/torn/crash/index.ts';
import { interruptible } from '../../main/lab/index.ts';
import { crashCheck } from '../../main/torn/crash/index.ts';

const [planFile = ''] = process.argv.slice(2);
const interruption = interruptible();
try {
  await crashCheck(parseCrashPlanText(readFileSync(planFile, 'utf8')), {
    signal: interruption.signal,
    onProgress: ({ phase, done }) => process.stdout.write(`${phase} ${done ?? ''}\n`),
  });
  process.stdout.write('finished\n');
} catch (error) {
  process.stdout.write(`ended: ${error instanceof Error ? error.name : String(error)}\n`);
}
process.exit(0);
