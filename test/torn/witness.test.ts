import { chmodSync, closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fillUnitFast } from '../../main/native/index.ts';
import { readWitnessLog, startWitness, type Witness } from '../../main/torn/index.ts';
import { Sandbox, whyNotBuilt } from '../cli/untorn.ts';

const why = whyNotBuilt();
const rehearsals = Number(process.env['UNTORN_REHEARSALS'] ?? 3);

describe.skipIf(why !== false)(`a witness ${why || ''}`, () => {
  const sandbox = new Sandbox();
  const key = sandbox.write('key', 'a key that both machines share\n');
  const folder = path.join(sandbox.folder, 'witness');
  const environment = { XDG_STATE_HOME: sandbox.folder, XDG_DATA_HOME: sandbox.folder };
  let witness: Witness;

  const start = async (port = 0): Promise<void> => {
    const bytes = Buffer.from('a key that both machines share');
    witness = await startWitness({ host: '127.0.0.1', port, folder, key: bytes });
  };
  beforeAll(async () => {
    chmodSync(key, 0o600);
    await start();
  });
  afterEach(() => expect(sandbox.leftBehind().filter((name) => !name.startsWith('untorn-'))).toEqual([]));
  afterAll(async () => {
    await witness.close();
    sandbox.remove();
  });

  const at = () => ['--witness', `127.0.0.1:${witness.port}`, '--key', key];
  const arm = (target: string, ...more: string[]) =>
    sandbox.start(['torn', 'arm', target, '--size', '1MiB', ...at(), ...more], { environment });
  const verify = async (target: string, run: string, ...more: string[]) => {
    const words = ['torn', 'verify', target, ...at(), '--run', run, '--json', ...more];
    const answer = await sandbox.run(words, { environment });
    const result = JSON.parse(answer.stdout) as {
      verdict: string;
      acknowledged: number;
      verification: { counts: Record<string, number> };
    };
    return { code: answer.code, ...result };
  };

  /** The run that a writer is on, once the witness has some of its acknowledgements. */
  async function armedRun(running: ReturnType<typeof arm>, least: number): Promise<string> {
    let said = '';
    running.process.stderr?.on('data', (part: Buffer) => (said += part.toString()));
    for (;;) {
      const run = /run ([0-9a-f]{16})/.exec(said)?.[1];
      const known = run && (await readWitnessLog(path.join(folder, `${run}.jsonl`)).catch(() => null));
      if (run && known && known.entries.length >= least) return run;
      if (running.process.exitCode !== null) throw new Error(said);
      await sleep(20);
    }
  }

  it(`has every write that was acknowledged, in ${rehearsals} rehearsals`, async () => {
    for (let round = 0; round < rehearsals; round++) {
      const target = path.join(sandbox.folder, `units-${round}`);
      const running = arm(target, '--unit', '4KiB,16KiB', '--seed', String(round));
      const run = await armedRun(running, 20 + round);
      running.process.kill('SIGKILL');
      await running.answer;
      const result = await verify(target, run);
      expect(result).toMatchObject({ code: 0, verdict: 'untorn' });
      expect(result.acknowledged).toBeGreaterThan(0);
    }
  });

  it('shows a drive that lies about flushes', async () => {
    const target = path.join(sandbox.folder, 'lying');
    const { code, stdout } = await arm(target, '--writes', '60', '--json').answer;
    expect(code).toBe(0);
    const { run } = JSON.parse(stdout) as { run: string };
    const { entries } = await readWitnessLog(path.join(folder, `${run}.jsonl`));
    const last = entries.filter(([kind]) => kind === 'ended').at(-1);
    const [, , , address = 0, bytes = 0] = last ?? [];
    // The cache of such a drive is gone, and the unit is what it was in the beginning.
    const unit = new Uint8Array(bytes);
    fillUnitFast(unit, { run: BigInt(`0x${run}`), writer: 0, generation: 0, address, blockBytes: 512 });
    const file = openSync(target, 'r+');
    writeSync(file, unit, 0, bytes, address);
    closeSync(file);
    const result = await verify(target, run);
    expect(result).toMatchObject({ code: 1, verdict: 'faults' });
    expect(result.verification.counts['stale']).toBe(1);
    const { stdout: text } = await sandbox.run([
      'torn',
      'verify',
      '--witness-file',
      path.join(folder, `${run}.jsonl`),
    ]);
    expect(text).toContain('lies about its flushes');
  });

  it('keeps what was found after a cut in the history, and until then notes what was armed', async () => {
    const notes = () => readdirSync(path.join(sandbox.folder, 'untorn', 'torn', 'armed'));
    const known = new Set(notes());
    const target = path.join(sandbox.folder, 'kept');
    const running = arm(target);
    const run = await armedRun(running, 20);
    running.process.kill('SIGKILL');
    await running.answer;
    expect(notes().filter((name) => !known.has(name))).toEqual([`${run}.json`]);
    expect(await verify(target, run, '--save')).toMatchObject({ code: 0, verdict: 'untorn' });
    const { stdout } = await sandbox.run(['runs', 'list', 'power', 'cut', '--json'], { environment });
    const { runs } = JSON.parse(stdout) as { runs: { id: string }[] };
    expect(runs).toMatchObject([{ kind: 'power-cut', verdict: 'untorn', title: `Power cut: ${target}` }]);
    expect(notes()).not.toContain(`${run}.json`);
  });

  it('leaves no note where a run ends by itself', async () => {
    const { code, stdout } = await arm(path.join(sandbox.folder, 'ended'), '--writes', '20', '--json').answer;
    expect(code).toBe(0);
    const { run } = JSON.parse(stdout) as { run: string };
    expect(readdirSync(path.join(sandbox.folder, 'untorn', 'torn', 'armed'))).not.toContain(`${run}.json`);
  });

  it('may go away and come back while the writer waits', async () => {
    const target = path.join(sandbox.folder, 'resumed');
    const running = arm(target, '--writes', '400', '--json');
    const run = await armedRun(running, 10);
    const { port } = witness;
    await witness.close();
    await sleep(300);
    await start(port);
    const { code, stdout } = await running.answer;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ acknowledged: 400, run });
    const { entries } = await readWitnessLog(path.join(folder, `${run}.jsonl`));
    expect(entries.filter(([kind]) => kind === 'ended')).toHaveLength(400);
    expect(new Set(entries.map((entry) => JSON.stringify(entry))).size).toBe(800);
  });

  it('listens to nobody who has another key, and writes nothing for him', async () => {
    const other = sandbox.write('other-key', 'a key that nobody else knows of');
    chmodSync(other, 0o600);
    const target = path.join(sandbox.folder, 'refused');
    const { code, stderr } = await sandbox.run([
      'torn',
      'arm',
      target,
      '--size',
      '1MiB',
      '--witness',
      `127.0.0.1:${witness.port}`,
      '--key',
      other,
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('has another key');
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(witness.port, '127.0.0.1');
      let text = '';
      const hello = { hello: 1, role: 'writer', run: '0'.repeat(16), nonce: '0'.repeat(64) };
      socket.write(`${JSON.stringify(hello)}\n`);
      socket.write(`${'0'.repeat(64)} {"type":"fetch"}\n`);
      socket.on('data', (part) => (text += part.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });
    expect(answer.trim().split('\n')).toHaveLength(1);
  });

  it('is not believed with a key that others may read', async () => {
    const open = sandbox.write('open-key', 'a key that everybody can read');
    const { code, stderr } = await sandbox.run([
      'torn',
      'witness',
      '--listen',
      '127.0.0.1:0',
      '--folder',
      folder,
      '--key',
      open,
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('others may read it');
  });
});
