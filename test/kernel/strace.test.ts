import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

/** An outside witness: the flag really goes to the kernel, and XFS really takes it. */
const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;
const reason = whyNotRoot() || whyNotProgram('strace') || whyNotProgram('mkfs.xfs');
const rwfAtomic = 0x40;

/** Every pwritev2 that strace saw: its flags as a number, and its answer. */
function parseCalls(trace: string): { flags: number; answer: string }[] {
  const call = /pwritev2\(.*, ([^,]*)\)\s+= (-?\d+(?: E[A-Z]+)?)/;
  return trace.split('\n').flatMap((line) => {
    const found = call.exec(line);
    return found ? [{ flags: flagsOf(found[1] ?? ''), answer: found[2] ?? '' }] : [];
  });
}

/** strace names the flags it knows and gives the others as a number: `RWF_DSYNC|0x40`. */
function flagsOf(text: string): number {
  const names: Record<string, number> = { RWF_DSYNC: 2, RWF_SYNC: 4, RWF_ATOMIC: rwfAtomic };
  return text
    .replace(/\/\*.*\*\//, '')
    .split('|')
    .reduce((sum, part) => sum | (names[part.trim()] ?? Number(part)), 0);
}

describe.skipIf(reason)(`strace as a witness${reason ? ` (${reason})` : ''}`, () => {
  it('sees RWF_ATOMIC accepted from 4 KiB to 1 MiB on XFS, and refused where the rules say so', async () => {
    const { stdout, stderr } = await run(
      'strace',
      [
        '-f',
        '-e',
        'trace=pwritev2',
        process.execPath,
        'dist/main/cli/untorn.js',
        'run',
        'examples/xfs-atomic.json',
        '--json',
      ],
      { cwd: root, maxBuffer: 2 ** 26 },
    );
    expect(JSON.parse(stdout)).toMatchObject({ match: true });
    const atomic = parseCalls(stderr).filter(({ flags }) => flags & rwfAtomic);
    const accepted = atomic
      .filter(({ answer }) => !answer.startsWith('-'))
      .map(({ answer }) => Number(answer) / 1024);
    expect(accepted).toEqual([4, 8, 16, 32, 64, 128, 256, 512, 1024]);
    const refused = atomic
      .filter(({ answer }) => answer.startsWith('-'))
      .map(({ answer }) => answer.slice(3));
    expect(refused).toEqual(['EINVAL', 'EINVAL', 'EINVAL', 'EINVAL', 'EOPNOTSUPP']);
  });
});
