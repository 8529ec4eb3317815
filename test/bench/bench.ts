/**
 * Timings, side by side with what a user would take instead, by turns in one run: `npm run bench -- mirror crash` (root).
 * They are reported, never asserted.
 */
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';
import { benchApp } from './app.ts';
import { benchCrash } from './crash.ts';
import { benchMap } from './map.ts';
import { benchMirror } from './mirror.ts';
import { benchTorn } from './torn.ts';

const suites: Readonly<Record<string, () => Promise<void>>> = {
  mirror: benchMirror,
  crash: benchCrash,
  torn: benchTorn,
  map: benchMap,
  app: benchApp,
};

const obstacle = whyNotRoot() || whyNotProgram('python3') || whyNotProgram('dumpe2fs');
if (obstacle) {
  console.error(obstacle);
  process.exit(3);
}
const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(suites)) {
  const suite = suites[name];
  if (!suite) {
    console.error(`no such suite: ${name}; there is ${Object.keys(suites).join(', ')}`);
    process.exit(2);
  }
  console.log(`${name}, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}`);
  await suite();
}
