import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';

/** Why tests that mount cannot run here, or false. Whoever skips says this reason. */
export function whyNotRoot(): string | false {
  if (process.getuid?.() !== 0) return 'skipped: needs root';
  if (!existsSync('/dev/loop-control')) return 'skipped: no loop devices';
  return false;
}

/** Why tests that need a program cannot run here, or false. */
export function whyNotProgram(program: string): string | false {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  const found = folders.some((folder) => {
    try {
      accessSync(`${folder}/${program}`, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return found ? false : `skipped: no ${program}`;
}

/** Why predictions cannot start from the very bytes that mke2fs of this version makes, or false. */
export function whyNotMke2fs(version: string): string | false {
  const missing = whyNotProgram('mke2fs');
  if (missing) return missing;
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  const { stderr } = spawnSync('mke2fs', ['-V'], { encoding: 'utf8', env: { PATH: path } });
  return stderr.startsWith(`mke2fs ${version} `) ? false : `skipped: not mke2fs ${version}`;
}
