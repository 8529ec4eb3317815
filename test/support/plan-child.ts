/**
 * Runs a plan, or checks a crash plan, in a process of its own, so that tests can interrupt and kill it: `lab|crash FILE`.
 * Says on standard output how far it is.
 */
import { readFileSync } from 'node:fs';
import { parsePlanText } from '../../core/experiment/plan.ts';
import { parseCrashPlanText } from '../../core/torn/crash/index.ts';
import type { OnProgress } from '../../main/failure.ts';
import { interruptible, runForReal } from '../../main/lab/index.ts';
import { crashCheck } from '../../main/torn/crash/index.ts';

const [what = '', planFile = ''] = process.argv.slice(2);
const { signal } = interruptible();
const onProgress: OnProgress = ({ phase, done }) => void process.stdout.write(`${phase} ${done ?? ''}\n`);
try {
  const text = readFileSync(planFile, 'utf8');
  if (what === 'crash') await crashCheck(parseCrashPlanText(text), { signal, onProgress });
  else await runForReal(parsePlanText(text), { signal, onProgress });
  process.stdout.write('finished\n');
} catch (error) {
  process.stdout.write(`ended: ${error instanceof Error ? error.name : String(error)}\n`);
}
process.exit(0);
