import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';
import { ownSandbox } from './own-sandbox.ts';
import { planOf, whyNotBuilt } from './untorn.ts';

const notBuilt = whyNotBuilt() || whyNotProgram('mkfs.ext4');
const noRun = notBuilt || whyNotRoot();
const nobody = 65534;

const sandbox = ownSandbox({ leavesNothing: true });

const pages = planOf([
  { op: 'create', file: 'a' },
  { op: 'write', file: 'a', offset: 0, length: '16KiB', sync: 'dsync' },
  { op: 'write', file: 'a', offset: 0, length: '16KiB', atomic: true },
  { op: 'layout', file: 'a' },
]);

describe('untorn predict', () => {
  it.skipIf(notBuilt)('prints one JSON object and nothing else', async () => {
    const { code, stdout, stderr } = await sandbox.run([
      'predict',
      sandbox.write('plan.json', pages),
      '--json',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const outcome = JSON.parse(stdout);
    expect(outcome.allocator).toMatch(/^linux-/);
    expect(outcome.steps.slice(0, 3)).toEqual([
      { op: 'create', result: 0 },
      { op: 'write', result: 16384 },
      { op: 'write', result: -1, errno: 'EOPNOTSUPP' },
    ]);
    expect(outcome.files.a.extents).toHaveLength(1);
    expect(outcome.files.a.extents[0]).toMatchObject({ logical: 0, length: 4, state: 'written' });
  });

  it.skipIf(noRun)('needs no privilege', async () => {
    const plan = sandbox.write('plan.json', pages);
    chownSync(sandbox.temp, nobody, nobody);
    execFileSync('chmod', ['755', sandbox.folder]);
    const { code, stdout } = await sandbox.run(['predict', plan, '--json'], { uid: nobody });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).steps).toHaveLength(4);
  });

  it.skipIf(notBuilt)('lays two allocators side by side', async () => {
    const plan = sandbox.write('plan.json', pages);
    const versus = ['--allocator', 'linux-6.18', '--versus', 'rfc-2023-11'];
    const { code, stdout } = await sandbox.run(['predict', plan, ...versus, '--json']);
    expect(code).toBe(0);
    const { plans } = JSON.parse(stdout);
    expect(plans).toHaveLength(1);
    expect(plans[0].sides).toMatchObject([
      { allocator: 'linux-6.18', writes: 'as-asked', totals: { units: { refused: 1 } } },
      { allocator: 'linux-6.18', writes: 'plain', totals: { units: { refused: 0 } } },
      { allocator: 'rfc-2023-11', writes: 'as-asked' },
    ]);
    sandbox.write('other.json', pages);
    const table = await sandbox.run(['predict', sandbox.folder, ...versus]);
    expect(table.stdout).toMatch(/^all 2 +linux-6\.18 /m);
    const refused = await sandbox.run(['predict', plan, plan]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--versus') });
  });

  it.skipIf(notBuilt)('shows a person steps, extents and alignment', async () => {
    const { stdout } = await sandbox.run(['predict', sandbox.write('plan.json', pages)]);
    expect(stdout).toMatch(/^test {2}linux-[\d.]+, ext4 of 16384 blocks of 4 KiB$/m);
    expect(stdout).toMatch(/^ +2 {2}write +a +0 \+16 KiB atomic +EOPNOTSUPP$/m);
    expect(stdout).toMatch(
      /^ +ext +logical_offset +physical_offset +length +flags +aligned to +natural units$/m,
    );
    expect(stdout).toMatch(/^ +0: +0\.\.3 +\d+\.\.\d+ +4 +written +\d+ [KM]iB +(1 x 16|4 x 4) KiB$/m);
    expect(stdout).not.toContain('\u001b');
  });

  it.skipIf(noRun || whyNotProgram('strace'))(
    'starts no child but mkfs, mounts nothing, and opens the image read-only',
    async () => {
      const trace = sandbox.write('trace', '');
      const image = sandbox.write('image', '');
      truncateSync(image, 64 * 2 ** 20);
      execFileSync('mkfs.ext4', ['-q', '-F', image]);
      const plan = sandbox.write('plan.json', pages);
      const dist = new URL('../../dist/main/cli/untorn.js', import.meta.url).pathname;
      const calls = ['-f', '-e', 'trace=execve,mount,openat,ioctl,pwritev2,fallocate', '-o', trace];
      execFileSync('strace', [...calls, process.execPath, dist, 'predict', plan, '--image', image, '--json']);
      const lines = readFileSync(trace, 'utf8').split('\n');
      expect(lines.filter((line) => line.includes('execve('))).toHaveLength(1);
      expect(lines.filter((line) => /\b(mount|pwritev2|fallocate)\(/.test(line))).toEqual([]);
      const opened = lines.filter((line) => line.includes(`"${image}"`));
      expect(opened.length).toBeGreaterThan(0);
      expect(opened.filter((line) => /O_RDWR|O_WRONLY/.test(line))).toEqual([]);
    },
  );
});

describe('untorn run', () => {
  it.skipIf(noRun)('agrees with the kernel, as JSON and for a person', async () => {
    const plan = sandbox.write('plan.json', pages);
    const json = await sandbox.run(['run', plan, '--json']);
    expect(json).toMatchObject({ code: 0, stderr: '' });
    const report = JSON.parse(json.stdout);
    expect(report).toMatchObject({ match: true, differences: [] });
    expect(report.actual).toEqual(report.predicted);
    const text = await sandbox.run(['run', plan]);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^match: prediction and kernel agree on 4 steps; 1 extent of 1 file$/m);
    expect(text.stdout).toMatch(/predicted physical +actual physical/);
  });

  it.skipIf(noRun)('agrees where the filesystem is full', async () => {
    const many = { op: 'many', prefix: 'f', count: 100000, length: '256KiB', how: 'fallocate' };
    const plan = sandbox.write('plan.json', planOf([many, { op: 'create', file: 'last' }]));
    const { code, stdout } = await sandbox.run(['run', plan, '--json']);
    expect(JSON.parse(stdout).actual.steps[0]).toEqual({ op: 'many', result: -1, errno: 'ENOSPC' });
    expect(code).toBe(0);
  });

  it.skipIf(noRun || whyNotProgram('debugfs'))(
    'does not follow a link that stands in place of a file',
    async () => {
      const image = sandbox.write('linked.img', '');
      truncateSync(image, 64 * 2 ** 20);
      execFileSync('mkfs.ext4', ['-q', '-F', image]);
      execFileSync('debugfs', ['-w', '-R', 'symlink link /etc/passwd', image], { stdio: 'ignore' });
      const steps = [
        { op: 'open', file: 'link' },
        { op: 'write', file: 'link', offset: 0, length: 4096 },
        { op: 'create', file: 'link/x' },
      ];
      const plan = sandbox.write(
        'plan.json',
        planOf(steps, { target: { kind: 'image', path: 'linked.img' } }),
      );
      const before = readFileSync('/etc/passwd');
      const { code, stdout } = await sandbox.run(['run', plan, '--json']);
      expect(JSON.parse(stdout).actual.steps.map(({ errno }: { errno: string }) => errno)).toEqual([
        'ELOOP',
        'ELOOP',
        'ELOOP',
      ]);
      expect(code).toBe(0);
      expect(readFileSync('/etc/passwd')).toEqual(before);
    },
  );

  it.skipIf(noRun)('ends as unable without privilege, in one line that says what to do', async () => {
    chownSync(sandbox.temp, nobody, nobody);
    execFileSync('chmod', ['755', sandbox.folder]);
    const plan = sandbox.write('plan.json', pages);
    const { code, stdout, stderr } = await sandbox.run(['run', plan], { uid: nobody });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^untorn: [^\n]*sudo[^\n]*\n$/);
  });

  it.skipIf(noRun).each([
    ['a foreign write', (mount: string) => writeFileSync(path.join(mount, 'foreign'), 'x')],
    ['a commit that nobody asked for', (mount: string) => execFileSync('sync', ['-f', mount])],
  ])('is disturbed by %s between two steps, says so and does not count', async (_, disturb) => {
    const long = { op: 'many', prefix: 'f', count: 3000, length: '4KiB', how: 'direct' };
    const steps = [{ op: 'create', file: 'a' }, long, { op: 'write', file: 'a', offset: 0, length: '4KiB' }];
    const { answer } = sandbox.start(['run', sandbox.write('plan.json', planOf(steps)), '--json']);
    const mount = await untilMountedBelow(sandbox.temp);
    while (!existsSync(path.join(mount, 'f10'))) await pause();
    disturb(mount);
    const { code, stdout } = await answer;
    expect(code).toBe(1);
    const report = JSON.parse(stdout);
    expect(report.match).toBe(false);
    expect(report.disturbed.length).toBeGreaterThan(0);
  });

  it.skipIf(noRun).each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('undoes everything at %s and ends with %i', async (signal, code) => {
    const steps = [{ op: 'many', prefix: 'f', count: 200000, length: 0, how: 'buffered' }];
    const plan = sandbox.write('plan.json', planOf(steps));
    const { process: child, answer } = sandbox.start(['run', plan, '--json']);
    await untilMountedBelow(sandbox.temp);
    child.kill(signal);
    expect(await answer).toMatchObject({ code, stdout: '' });
  });
});

describe('what a killed run leaves behind', () => {
  it.skipIf(noRun)('is told at the next start and removed by untorn clean', async () => {
    const steps = [{ op: 'many', prefix: 'f', count: 200000, length: 0, how: 'buffered' }];
    const plan = sandbox.write('plan.json', planOf(steps));
    const { process: child, answer } = sandbox.start(['run', plan, '--json']);
    await untilMountedBelow(sandbox.temp);
    child.kill('SIGKILL');
    await answer;
    expect(sandbox.leftBehind()).not.toEqual([]);
    const next = await sandbox.run(['probe', sandbox.folder, '--json']);
    expect(next.code).toBe(0);
    expect(next.stderr).toContain(sandbox.temp);
    expect(next.stderr).toMatch(/^untorn: "untorn clean" removes it$/m);
    const clean = await sandbox.run(['clean', '--json']);
    expect(clean.code).toBe(0);
    expect(JSON.parse(clean.stdout).removed.join()).toContain(sandbox.temp);
  });
});

/** Waits for a mount below `folder`, and returns its mount point: from then on there is most to undo. */
async function untilMountedBelow(folder: string): Promise<string> {
  for (;;) {
    const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
    const mount = mounts.find((line) => line.includes(` ${folder}/`))?.split(' ')[1];
    if (mount !== undefined) return mount;
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

describe('untorn write', () => {
  it.skipIf(notBuilt)('writes on a file, and gives the errno of a refusal with its reason', async () => {
    const file = sandbox.write('file', 'x'.repeat(8192));
    const plain = await sandbox.run(['write', file, '-o', '4KiB', '-l', '26', '--sync', 'dsync', '--json']);
    expect(plain).toMatchObject({ code: 0, stdout: '{"result":26,"openFlags":2,"writeFlags":2}\n' });
    expect(readFileSync(file, 'utf8').slice(4096, 4122)).toBe('untorn write\nuntorn write\n');
    const atomic = await sandbox.run([
      'write',
      file,
      '-o',
      '0',
      '-l',
      '4KiB',
      '--atomic',
      '--direct',
      '--json',
    ]);
    expect(atomic.code).toBe(0);
    const answer = JSON.parse(atomic.stdout);
    if (answer.result === -1) expect(answer).toMatchObject({ errno: 'EOPNOTSUPP', why: expect.any(String) });
    else expect(answer).toMatchObject({ result: 4096 });
  });
});

describe('untorn probe', () => {
  it.skipIf(notBuilt)('gives every kind of path a passport, with one JSON object', async () => {
    const file = sandbox.write('file', 'x');
    for (const [target, kind] of [
      [file, 'file'],
      [sandbox.folder, 'directory'],
      ['/dev/null', 'other'],
    ] as const) {
      const { code, stdout, stderr } = await sandbox.run(['probe', target, '--json']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const passport = JSON.parse(stdout);
      expect(passport).toMatchObject({ path: target, kind, verdict: expect.any(String) });
      expect(passport.layers.length).toBeGreaterThan(0);
    }
  });

  it.skipIf(notBuilt)("prints statx's raw fields, and answers a question before the fact", async () => {
    const file = sandbox.write('asked', 'abc');
    const raw = await sandbox.run(['probe', file, '--statx', '--json']);
    expect(raw.code).toBe(0);
    expect(JSON.parse(raw.stdout)).toMatchObject({
      path: file,
      stx_size: '3',
      writeAtomic: expect.any(Boolean),
    });
    const shown = await sandbox.run(['probe', file, '--statx']);
    expect(shown.stdout).toMatch(/STATX_ATTR_WRITE_ATOMIC (?:not )?set\n.*stx_atomic_write_unit_min \d+/);
    const asked = await sandbox.run(['probe', file, '-o', '8KiB', '-l', '16KiB', '--json']);
    expect(JSON.parse(asked.stdout).answer.verdict).toMatchObject({
      kind: 'refused',
      errno: expect.any(String),
    });
    const halfAsked = await sandbox.run(['probe', file, '-o', '8KiB']);
    expect(halfAsked).toMatchObject({ code: 2, stderr: expect.stringContaining('--length') });
  });

  it.skipIf(notBuilt)('finds the filesystem inside an image', async () => {
    const image = sandbox.write('big.img', '');
    truncateSync(image, 64 * 2 ** 20);
    execFileSync('mkfs.ext4', ['-q', '-F', '-O', 'bigalloc', '-C', '16384', image], { stdio: 'ignore' });
    const { stdout } = await sandbox.run(['probe', image, '--json']);
    expect(JSON.parse(stdout).image).toMatchObject({
      window: null,
      facts: expect.arrayContaining([{ name: 'cluster', value: '16 KiB' }]),
    });
  });
});
