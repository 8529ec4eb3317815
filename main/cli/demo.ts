import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { privilege } from '../run/index.ts';
import { projectPath } from '../service/project.ts';
import { exitCodes } from './exit.ts';

/**
 * `npm run demo`: the main job on an example, for somebody who has just cloned. Without root it asks through sudo; where
 * that leads nowhere it still predicts, says so, and ends as unable.
 */
const command = fileURLToPath(new URL('./untorn.js', import.meta.url));
const example = projectPath('examples', 'database-pages.json');

function untorn(prefix: readonly string[], ...args: string[]): number {
  const [file = process.execPath, ...rest] = [...prefix, process.execPath, command, ...args];
  const { status, signal } = spawnSync(file, rest, { stdio: 'inherit' });
  if (signal !== null) process.kill(process.pid, signal);
  return status ?? exitCodes.unable;
}

/** How sudo may be asked: with a question where somebody can answer it, silently elsewhere; null where it says no. */
function sudo(): readonly string[] | null {
  const asks = process.stdin.isTTY && process.stderr.isTTY;
  const options = asks ? ['-v'] : ['-n', 'true'];
  if (asks)
    process.stderr.write(
      'The demo mounts a file as a filesystem, which takes root. sudo may ask for your password.\n',
    );
  const { status } = spawnSync('sudo', options, { stdio: asks ? 'inherit' : 'ignore' });
  return status === 0 ? ['sudo', '-n'] : null;
}

function demo(): number {
  const { possible, why, remedy } = privilege();
  if (possible) return untorn([], 'run', example);
  const asRoot = process.geteuid?.() === 0 ? null : sudo();
  if (asRoot) return untorn(asRoot, 'run', example);
  const predicted = untorn([], 'predict', example);
  if (predicted !== exitCodes.done) return predicted;
  process.stderr.write(`\nThis was only predicted. ${why}; ${remedy}: sudo npm run demo\n`);
  return exitCodes.unable;
}

process.exitCode = demo();
