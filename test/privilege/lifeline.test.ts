/** The helper goes when its caller does, in whatever way that is, and nothing of what it made stays. */
import { chmodSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Payload, verbs } from '../../main/privilege/frames.ts';
import type { RunReport } from '../../main/run/index.ts';
import { planOf, Sandbox, whyNotBuilt, type Running } from '../cli/untorn.ts';
import { Pipe } from './pipe.ts';
import { LabFolder } from './stage.ts';
import { allowHelper, helper, nobody, startAsUser, whyNoUser } from './user.ts';

const reason = whyNoUser() || whyNotBuilt();

/** What the issue grants the helper: two seconds, and nothing is left. */
const graceMs = 2000;

/** Processes whose command line begins with the helper's path, and that lie under `ancestor`. */
function helpersUnder(ancestor: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(
      (pid) => textOf(`/proc/${pid}/cmdline`).startsWith(helper) && ancestorsOf(pid).includes(ancestor ?? 0),
    );
}

function ancestorsOf(pid: number): number[] {
  const parent = Number(/^PPid:\s*(\d+)/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0);
  return parent === 0 ? [] : [parent, ...ancestorsOf(parent)];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

describe.skipIf(reason)(`when the caller${reason ? ` (${reason})` : ''}`, () => {
  let takeBack: () => void = () => undefined;

  beforeAll(() => {
    takeBack = allowHelper();
  });
  afterAll(() => takeBack());

  describe('talks to the helper alone, it', () => {
    let lab: LabFolder;
    let pipe: Pipe;

    beforeEach(async () => {
      lab = await LabFolder.make();
      pipe = new Pipe(startAsUser);
    });
    afterEach(async () => {
      await lab.settled();
      lab.remove();
    });

    async function mountSomething(silenceMs: number): Promise<void> {
      expect(await pipe.greet(silenceMs)).toMatchObject({ status: 0 });
      const folder = (await pipe.ask(verbs.openFolder, new Payload().text(lab.path))).answer.u32();
      const wish = new Payload().u32(folder).text('image').u32(512).flag(false).u8(2);
      const loop = (await pipe.ask(verbs.attach, wish)).answer.u32();
      const mount = new Payload().u32(folder).u32(loop).text('ext4').text('mount').text('');
      expect(await pipe.ask(verbs.mount, mount)).toMatchObject({ status: 0 });
      expect(lab.leftBehind()).toHaveLength(2);
    }

    it('ends when the pipe does', async () => {
      await mountSomething(60_000);
      pipe.process.stdin.end();
      expect(await pipe.ended()).toBe(0);
    });

    it('ends when nothing is heard any more', async () => {
      await mountSomething(500);
      await expect.poll(() => lab.leftBehind(), { timeout: 500 + graceMs }).toEqual([]);
      expect(await pipe.ended()).toBe(0);
    });

    it('stays as long as there are signs of life', async () => {
      await mountSomething(1000);
      for (let i = 0; i < 8; i++) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        expect(await pipe.ask(verbs.alive)).toMatchObject({ status: 0 });
      }
      expect(lab.leftBehind()).toHaveLength(2);
      pipe.process.stdin.end();
      expect(await pipe.ended()).toBe(0);
    });

    it('undoes everything when it is asked to end by a signal', async () => {
      await mountSomething(60_000);
      const [pid = 0] = helpersUnder(pipe.process.pid);
      process.kill(pid, 'SIGTERM');
      await expect.poll(() => lab.leftBehind(), { timeout: graceMs }).toEqual([]);
      await pipe.ended();
    });

    it('undoes everything when sudo is killed between them', async () => {
      await mountSomething(60_000);
      pipe.process.kill('SIGKILL');
      pipe.process.stdin.destroy();
      await expect.poll(() => lab.leftBehind(), { timeout: graceMs }).toEqual([]);
    });

    it('ends where frames are lost, and does nothing more', async () => {
      await mountSomething(60_000);
      pipe.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
      expect(await pipe.next()).toMatchObject({ id: 0, status: 3 });
      expect(await pipe.ended()).not.toBe(0);
    });
  });

  describe('is the command line, a run', () => {
    let stage: Sandbox;

    beforeEach(() => {
      stage = new Sandbox();
      chmodSync(stage.folder, 0o755);
      chmodSync(stage.temp, 0o1777);
    });
    afterEach(() => stage.remove());

    const environment = { UNTORN_PRIVILEGE: 'sudo' };
    const start = (...args: string[]): Running => stage.start(args, { uid: nobody.uid, environment });

    it.each(['database-pages.json', 'buffered-mix.json', 'bigalloc-16k.json', 'xfs-atomic.json'])(
      'of %s is as predicted for an ordinary user, and leaves nothing',
      async (example) => {
        const { code, stdout, stderr } = await start('run', `${process.cwd()}/examples/${example}`, '--json')
          .answer;
        expect(stderr).toBe('');
        const { match, differences } = JSON.parse(stdout) as RunReport;
        expect({ match, differences, code }).toEqual({ match: true, differences: [], code: 0 });
        expect(stage.leftBehind()).toEqual([]);
      },
    );

    it('in a temp folder behind a link leaves nothing either', async () => {
      const link = `${stage.folder}/link`;
      symlinkSync(stage.temp, link);
      const plan = stage.write('plan.json', planOf([{ op: 'create', file: 'a' }]));
      const behind = { ...environment, TMPDIR: link };
      const { code, stderr } = await stage.start(['run', plan], { uid: nobody.uid, environment: behind })
        .answer;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stage.leftBehind()).toEqual([]);
    });

    it('may use the reserved blocks, as root would', async () => {
      const steps = [
        { op: 'create', file: 'a' },
        { op: 'fallocate', file: 'a', offset: 0, length: '50MiB' },
        { op: 'write', file: 'a', offset: '50MiB', length: '1MiB' },
      ];
      const target = {
        kind: 'loop',
        size: '64MiB',
        mkfs: { fs: 'ext4', args: ['-b', '4096', '-m', '20', '-J', 'size=4'] },
      };
      const plan = stage.write('full.json', planOf(steps, { target }));
      const { code, stdout } = await start('run', plan, '--json').answer;
      expect({ code, match: (JSON.parse(stdout) as RunReport).match }).toEqual({ code: 0, match: true });
      expect((JSON.parse(stdout) as RunReport).actual.steps.map(({ result }) => result)).toEqual([
        0,
        0,
        2 ** 20,
      ]);
    });

    it('without sudo’s leave is refused by one line that says what to do', async () => {
      takeBack();
      try {
        const plan = stage.write('plan.json', planOf([{ op: 'create', file: 'a' }]));
        const { code, stderr } = await start('run', plan).answer;
        expect(code).toBe(3);
        expect(stderr).toMatch(/takes root, and neither polkit nor sudo .*sudo -v/);
        expect(stage.leftBehind()).toEqual([]);
      } finally {
        takeBack = allowHelper();
      }
    });

    /** A run in the middle of its steps. */
    async function startLong(): Promise<Running> {
      // Settled buddies: it waits for some seconds once it is mounted, and then writes.
      const target = {
        ...{ kind: 'loop', size: '64MiB', buddies: 'settled' },
        mkfs: { fs: 'ext4', args: ['-b', '4096', '-N', '2048'] },
      };
      const steps = [{ op: 'many', prefix: 'm', count: 1000, length: 4096, how: 'buffered' }];
      const running = start('run', stage.write('long.json', planOf(steps, { target })));
      await expect.poll(() => stage.leftBehind().length, { timeout: 60_000 }).toBeGreaterThan(2);
      return running;
    }

    it.each(['SIGINT', 'SIGTERM'] as const)('that is ended by %s leaves nothing', async (signal) => {
      const running = await startLong();
      running.process.kill(signal);
      await running.answer;
      expect(stage.leftBehind()).toEqual([]);
    });

    it('whose helper is killed says so, and what is left is found and removed', async () => {
      const running = await startLong();
      const [pid = 0] = helpersUnder(running.process.pid);
      process.kill(pid, 'SIGKILL');
      const { code, stderr } = await running.answer;
      expect(code).toBe(3);
      expect(stderr).toContain('the privileged helper');
      expect(stage.leftBehind()).toHaveLength(3);
      const clean = await start('clean', '--json').answer;
      expect({ code: clean.code, stderr: clean.stderr }).toEqual({ code: 0, stderr: '' });
      expect(stage.leftBehind()).toEqual([]);
    });

    it('that is killed leaves a folder, and within two seconds no mount, no loop device and no helper', async () => {
      const running = await startLong();
      const helpers = helpersUnder(running.process.pid);
      expect(helpers).toHaveLength(1);
      running.process.kill('SIGKILL');
      const remains = (): unknown[] => [
        ...stage.leftBehind().filter((name) => name.includes('/')),
        ...helpers.filter((pid) => textOf(`/proc/${pid}/cmdline`) !== ''),
      ];
      await expect.poll(remains, { timeout: graceMs, interval: 20 }).toEqual([]);
      expect(stage.leftBehind()).toEqual([expect.stringMatching(/^untorn-/)]);
      const clean = await start('clean', '--json').answer;
      expect(clean.code).toBe(0);
      expect(stage.leftBehind()).toEqual([]);
    });
  });
});
