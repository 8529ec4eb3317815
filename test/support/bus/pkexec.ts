import { readFileSync, realpathSync } from 'node:fs';
import { findHelper } from '../../../main/privilege/index.ts';
import { whyNotProgram } from '../machine.ts';
import { whyNoBus } from './why.ts';

/** The action that the deb installs, and that a rule of polkit's may grant. */
export const helperAction = 'io.github.untorn.Untorn.lab';

const policy = 'io.github.untorn.Untorn.policy';

/** Why pkexec cannot start the helper in a test, or false. */
export function whyNoPkexec(): string | false {
  const reason = whyNoBus('polkitd') || whyNotProgram('pkexec');
  if (reason) return reason;
  return findHelper() === null ? 'skipped: no helper (npm run build:native)' : false;
}

/** The policy file, for the helper that the tests were built with rather than the installed one. */
export function helperPolicy(): { readonly name: string; readonly text: string } {
  const file = new URL(`../../../native/helper/${policy}`, import.meta.url);
  const helper = realpathSync(findHelper() ?? '');
  const text = readFileSync(file, 'utf8').replace(/(exec\.path">)[^<]*/, `$1${helper}`);
  return { name: policy, text };
}
