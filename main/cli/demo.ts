import { spawnSync } from 'node:child_process';
import { privilege } from '../run/index.ts';
import { findKernels } from '../sandbox/index.ts';
import { projectPath } from '../project.ts';
import { exitCodes } from './exit.ts';

/**
 * `npm run demo`: the main job on an example, for somebody who has just cloned. Root gets a loop device of this kernel; anybody else,
 * and root where there are no loop devices, a sandbox. Without one it still predicts, says what to install, and ends as unable.
 */
const command = projectPath('dist/main/cli/untorn.js');
const onLoop = projectPath('examples', 'database-pages.json');
const inSandbox = projectPath('examples', 'bigalloc-16k-sandbox.json');

function untorn(...args: string[]): number {
  const { status, signal } = spawnSync(process.execPath, [command, ...args], { stdio: 'inherit' });
  if (signal !== null) process.kill(process.pid, signal);
  return status ?? exitCodes.unable;
}

function demo(): number {
  const { possible, why } = privilege();
  if (possible) return untorn('run', onLoop);
  if (findKernels().some(({ machine }) => machine === 'uml')) return untorn('run', inSandbox);
  const predicted = untorn('predict', onLoop);
  if (predicted !== exitCodes.done) return predicted;
  process.stderr.write(
    `\nThis was only predicted: ${why}. As an ordinary user: "npx untorn sandbox install uml" fetches Debian's package user-mode-linux; then again: npm run demo\n`,
  );
  return exitCodes.unable;
}

process.exitCode = demo();
