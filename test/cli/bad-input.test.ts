import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';
import { ownSandbox } from './own-sandbox.ts';
import { planOf, whyNotBuilt, type Answer } from './untorn.ts';

/** Every wrong input gets one clear line, the right exit code, and nothing is left behind. */

const notBuilt = whyNotBuilt() || whyNotProgram('mkfs.ext4');
const noRun = notBuilt || whyNotRoot();
const good = [
  { op: 'create', file: 'a' },
  { op: 'write', file: 'a', offset: 0, length: '4KiB' },
];

const sandbox = ownSandbox({ leavesNothing: true });

function expectRefusal(answer: Answer, code: number, line: RegExp): void {
  expect(answer).toMatchObject({ code, stdout: '' });
  expect(answer.stderr).toMatch(/^untorn: [^\n]+\n$/);
  expect(answer.stderr).toMatch(line);
}

function formatted(name: string, sizeMiB = 64): string {
  const image = sandbox.write(name, '');
  truncateSync(image, sizeMiB * 2 ** 20);
  execFileSync('mkfs.ext4', ['-q', '-F', image]);
  return image;
}

const wrongPlans: [string, object, RegExp][] = [
  ['a negative length', planOf([{ op: 'write', file: 'a', offset: 0, length: -1 }]), /steps\[0\]\.length: must be a whole number of bytes/],
  ['a way out of the mount', planOf([{ op: 'create', file: '../../x' }]), /steps\[0\]\.file: must be a relative name/],
  ['an unknown field', planOf(good, { colour: 'red' }), /colour: is not a field/],
  ['a wrong field of a step', planOf([{ op: 'create', file: 'a', offset: 0 }]), /steps\[0\]\.offset: is not a field/],
  ['an unknown allocator', planOf(good, { allocator: 'best' }), /allocator: /],
  ['mkfs.args that name a device', planOf(good, { target: { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4', args: ['-J', 'device=/dev/sda'] } } }), /target\.mkfs\.args\[1\]: /],
  ['mkfs.args that name a file', planOf(good, { target: { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4', args: ['/etc/passwd'] } } }), /target\.mkfs\.args\[0\]: /],
  ['mkfs.args that read a directory in', planOf(good, { target: { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4', args: ['-d', '/etc'] } } }), /target\.mkfs\.args\[0\]: /],
  ['mkfs.args that mkfs refuses', planOf(good, { target: { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4', args: ['-b', '100'] } } }), /target\.mkfs: mkfs\.ext4 refuses: .*block size/],
  ['a mount option that the kernel refuses', planOf(good, { target: { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4', args: ['-O', '^has_journal'] }, mountOptions: 'data=journal' } }), /journal/],
]; // prettier-ignore

describe.each(['predict', 'run'])('untorn %s', (command) => {
  const reason = command === 'run' ? noRun : notBuilt;

  it.skipIf(reason).each(wrongPlans)(`refuses %s ${reason || ''}`, async (_, plan, line) => {
    const answer = await sandbox.run([command, sandbox.write('plan.json', plan), '--json']);
    if (/mount option/.test(_) && command === 'run') expect(answer).toMatchObject({ code: 2, stdout: '' });
    else expectRefusal(answer, 2, line);
  });

  it.skipIf(reason)('refuses what is no plan', async () => {
    expectRefusal(await sandbox.run([command, sandbox.write('plan.json', '{')]), 2, /plan: JSON: /);
    expectRefusal(await sandbox.run([command, 'missing.json']), 2, /missing\.json: no such file/);
    expectRefusal(await sandbox.run([command, sandbox.folder]), 2, /is a directory, not a plan/);
    expectRefusal(await sandbox.run([command]), 2, /missing required argument 'plan'/);
    expectRefusal(await sandbox.run([command, 'a', '--force']), 2, /unknown option '--force'/);
  });

  it.skipIf(reason)('refuses a format that the kernel does not mount', async () => {
    const mkfs = { fs: 'ext4', args: ['-b', '65536'] };
    const plan = planOf(good, { target: { kind: 'loop', size: '256MiB', mkfs } });
    expectRefusal(await sandbox.run([command, sandbox.write('plan.json', plan)]), 2, /target/);
  });

  it.skipIf(reason)('names an allocator that is not modelled, and ends as unable', async () => {
    const plan = sandbox.write('plan.json', planOf(good, { allocator: 'linux-2.6' }));
    expectRefusal(await sandbox.run([command, plan]), 3, /allocator: "linux-2\.6" is not modelled/);
  });

  it.skipIf(reason || whyNotRoot() || whyNotProgram('mkfs.xfs'))(
    'says so where the temp folder is full',
    async () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', sandbox.temp]);
      try {
        const plan = planOf(good, { target: { kind: 'loop', size: '512MiB', mkfs: { fs: 'xfs' } } });
        const answer = await sandbox.run([command, sandbox.write('plan.json', plan)]);
        expectRefusal(answer, 3, /no room for the image in .*tmp/);
        expect(readdirSync(sandbox.temp)).toEqual([]);
      } finally {
        execFileSync('umount', [sandbox.temp]);
      }
    },
  );

  const imagePlan = (image: string) => planOf(good, { target: { kind: 'image', path: image } });

  it.skipIf(reason)('refuses an image of random bytes', async () => {
    const bytes = Uint8Array.from({ length: 2 ** 20 }, (_, at) => (at * 2654435761) % 251);
    const plan = sandbox.write('plan.json', imagePlan(path.basename(sandbox.write('random.img', bytes))));
    expectRefusal(await sandbox.run([command, plan]), 2, /random\.img/);
  });

  it.skipIf(reason)('refuses an image that was cut', async () => {
    const image = formatted('cut.img');
    truncateSync(image, 20 * 2 ** 20);
    const plan = sandbox.write('plan.json', imagePlan('cut.img'));
    const answer = await sandbox.run([command, plan]);
    expect(answer).toMatchObject({ code: 2, stdout: '' });
    expect(answer.stderr).toMatch(/^untorn: [^\n]+\n$/);
  });

  it.skipIf(reason)('refuses an empty file, a directory and a missing file as an image', async () => {
    sandbox.write('empty.img', '');
    mkdirSync(path.join(sandbox.folder, 'folder.img'));
    for (const name of ['empty.img', 'folder.img', 'missing.img']) {
      const plan = sandbox.write('plan.json', imagePlan(name));
      expectRefusal(await sandbox.run([command, plan]), 2, new RegExp(name.replace('.', '\\.')));
    }
  });
});

describe('untorn predict --image', () => {
  it.skipIf(notBuilt)('refuses what is no image, and leaves a good one as it is', async () => {
    const plan = sandbox.write('plan.json', planOf(good));
    expectRefusal(
      await sandbox.run(['predict', plan, '--image', sandbox.folder]),
      2,
      /is a directory, not an image/,
    );
    expectRefusal(await sandbox.run(['predict', plan, '--image', 'none.img']), 2, /none\.img: no such file/);
    expectRefusal(await sandbox.run(['predict', plan, '--image', plan]), 2, /plan\.json: /);
    const image = formatted('good.img');
    const before = execFileSync('sha256sum', [image]).toString();
    const answer = await sandbox.run(['predict', plan, '--image', image, '--json']);
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    expect(execFileSync('sha256sum', [image]).toString()).toBe(before);
  });
});

describe('the other commands', () => {
  it.skipIf(notBuilt)('refuse what they cannot use', async () => {
    const file = sandbox.write('file', 'x'.repeat(8192));
    expectRefusal(await sandbox.run(['probe', '/nowhere/at/all']), 2, /no such file or directory/);
    expectRefusal(
      await sandbox.run(['write', 'missing', '-o', '0', '-l', '4KiB']),
      2,
      /missing: no such file/,
    );
    expectRefusal(await sandbox.run(['write', '.', '-o', '0', '-l', '4KiB']), 2, /is a directory/);
    expectRefusal(await sandbox.run(['write', file, '-o', '-1', '-l', '4KiB']), 2, /--offset/);
    expectRefusal(await sandbox.run(['write', file, '-o', '0', '-l', '4kb']), 2, /--length/);
    expectRefusal(await sandbox.run(['write', file, '-l', '4KiB']), 2, /--offset/);
    expectRefusal(
      await sandbox.run(['write', file, '-o', '0', '-l', '4KiB', '--vectors', '3']),
      2,
      /--vectors/,
    );
    expectRefusal(await sandbox.run(['write', file, '-o', '0', '-l', '1', '--sync', 'maybe']), 2, /--sync/);
    expectRefusal(await sandbox.run(['frobnicate']), 2, /unknown command 'frobnicate'/);
    expectRefusal(await sandbox.run([]), 2, /no command is given/);
  });

  it.skipIf(noRun)('write refuses a device that is not named again', async () => {
    const image = formatted('device.img');
    const loop = execFileSync('losetup', ['--find', '--show', image]).toString().trim();
    try {
      const order = ['write', loop, '-o', '0', '-l', '4KiB'];
      expectRefusal(await sandbox.run(order), 2, /ext4 filesystem.*--destroy \/dev\/loop/);
      expectRefusal(await sandbox.run([...order, '--destroy', '/dev/null']), 2, /names something else/);
      const { code, stdout } = await sandbox.run([...order, '--destroy', loop, '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ result: 4096 });
    } finally {
      execFileSync('losetup', ['--detach', loop]);
    }
  });
});

describe('a defect-free refusal', () => {
  it.skipIf(notBuilt)('shows a stack trace only where UNTORN_DEBUG=1 asks for it', async () => {
    const running = sandbox.start(['probe', '/nowhere'], { environment: { UNTORN_DEBUG: '1' } });
    expect((await running.answer).stderr).toMatch(/\n {4}at /);
  });

  it.skipIf(notBuilt)('shows control characters in names as what they are', async () => {
    const file = sandbox.write('plan.json', planOf([{ op: 'create', file: 'a\u001b[31m' }]));
    const { code, stdout } = await sandbox.run(['predict', file]);
    expect(code).toBe(0);
    expect(stdout).not.toContain('\u001b');
    writeFileSync(file, '');
  });
});
