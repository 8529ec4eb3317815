#!/usr/bin/env node
/**
 * Makes sure that sandboxes of tests are there: `node tools/sandbox.mjs uml`, `… qemu 6.18 7.3`. What is missing is fetched from Debian
 * into the user's cache folder; where it cannot be had, this says so, and the tests say that they are skipped.
 */
import { findEmulator, findKernels, installSandbox } from '../dist/main/sandbox/index.js';

/** NVMe with limits for each namespace. */
const oldestEmulator = 11;

const isThere = (what) => {
  if (what === 'uml') return findKernels().some(({ machine }) => machine === 'uml');
  if (what === 'qemu') return (findEmulator()?.version.major ?? 0) >= oldestEmulator;
  return findKernels().some(({ machine, release }) => machine === 'qemu' && release.startsWith(`${what}.`));
};

for (const what of process.argv.slice(2)) {
  if (isThere(what)) continue;
  const isKernel = what !== 'uml' && what !== 'qemu';
  try {
    console.error(`Fetching ${isKernel ? `kernel ${what}` : what} from Debian …`);
    await installSandbox(isKernel ? 'kernel' : what, isKernel ? what : null);
  } catch (error) {
    console.error(`${what}: not to be had: ${error.message}`);
  }
}
