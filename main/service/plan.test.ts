import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NotModelled } from '../../core/errno.ts';
import {
  desktopThatConfirms,
  laboratory,
  planText,
  volume,
  setUpService,
} from '../../test/support/laboratory.ts';
import { Cancelled, InputError, Unable } from '../failure.ts';
import type { Laboratory } from './laboratory.ts';

const bench = setUpService();

describe('plan.check', () => {
  it('summarises a good plan', async () => {
    const check = await bench.connect().client.call('plan.check', { text: planText }).result;
    expect(check).toEqual({
      ok: true,
      summary: {
        name: 'n',
        target: 'a loop device of 512\u00a0MiB, formatted ext4',
        details: ['mkfs.ext4 -b 1024'],
        steps: [{ op: 'create', file: 'a', detail: '' }],
        destructive: false,
      },
    });
  });

  it('names the place of what is wrong', async () => {
    const text = planText.replace('"a"', '"../a"');
    const check = await bench.connect().client.call('plan.check', { text }).result;
    expect(check).toMatchObject({ ok: false, issues: [{ place: 'steps[0].file' }] });
  });
});

describe('plan.predict', () => {
  it('reports progress and the prediction', async () => {
    const phases: unknown[] = [];
    const call = bench
      .connect()
      .client.call('plan.predict', { text: planText }, (event) => phases.push(event));
    expect(await call.result).toMatchObject({
      volume,
      predicted: { files: [{ file: 'a', extents: [0, 7, 1, 0] }] },
    });
    expect(phases).toEqual([
      { phase: 'formatting', done: null, total: null },
      { phase: 'steps', done: 1, total: 2 },
    ]);
  });

  it('can be cancelled', async () => {
    const predict: Laboratory['predict'] = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Cancelled('cancelled')));
      });
    const call = bench.connect({ predict }).client.call('plan.predict', { text: planText });
    call.cancel();
    await expect(call.result).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each([
    ['wrong input', new InputError('no image', 'target.path'), 'input'],
    ['a machine that cannot', new Unable('no mkfs'), 'unable'],
    ['what the mirror does not model', new NotModelled('inline data'), 'unable'],
  ])('tells %s', async (_, error, code) => {
    const predict = () => Promise.reject(error);
    const call = bench.connect({ predict }).client.call('plan.predict', { text: planText });
    await expect(call.result).rejects.toMatchObject({ code, message: error.message });
  });

  it('keeps a defect to itself', async () => {
    const { client, defects } = bench.connect({
      predict: () => Promise.reject(new TypeError('x is not a function')),
    });
    await expect(client.call('plan.predict', { text: planText }).result).rejects.toMatchObject({
      code: 'internal',
    });
    expect(defects).toHaveLength(1);
  });

  it('refuses a broken plan with all places', async () => {
    const call = bench.connect().client.call('plan.predict', { text: '{}' });
    await expect(call.result).rejects.toMatchObject({
      code: 'input',
      issues: [{ place: 'version' }, {}, {}],
    });
  });
});

describe('plan.run', () => {
  it('reports both sides, the differences and the disturbance', async () => {
    const result = await bench.connect().client.call('plan.run', { text: planText }).result;
    expect(result).toMatchObject({
      match: false,
      disturbed: ['another writer'],
      differences: [{ step: 0, file: null, text: expect.stringContaining('EIO') as string }],
      volume: null,
    });
  });

  it('keeps the run, and the history has it', async () => {
    const { client } = bench.connect();
    const { keptAs, notKept } = await client.call('plan.run', { text: planText }).result;
    expect(notKept).toBe('');
    const id = keptAs ?? '';
    const { runs } = await client.call('runs.list', { words: 'disturbed' }).result;
    expect(runs).toMatchObject([{ id, title: 'n', verdict: 'disturbed', differences: 1 }]);
    expect(await client.call('runs.get', { id }).result).toMatchObject({ plan: planText });
    const compared = await client.call('runs.compare', { one: id, other: id }).result;
    expect(compared).toEqual({ same: true, differences: [], samePlan: true });
    const { text } = await client.call('runs.export', { id, format: 'json' }).result;
    await client.call('runs.remove', { id }).result;
    await expect(client.call('runs.get', { id }).result).rejects.toMatchObject({ code: 'input' });
    expect(await client.call('runs.import', { text }).result).toMatchObject({ id });
    await expect(client.call('runs.import', { text: '{}' }).result).rejects.toMatchObject({ code: 'input' });
  });

  it('tells a run that cannot be kept all the same', async () => {
    await writeFile(join(bench.folder, 'runs'), 'in the way');
    const fresh = await bench.connect().client.call('plan.run', { text: planText }).result;
    expect(fresh).toMatchObject({ match: false, keptAs: null });
    expect(fresh.notKept).toContain('the run cannot be kept in');
  });

  it('refuses a second run beside the first, and takes one after it', async () => {
    let finish = (): void => undefined;
    const first = new Promise<void>((resolve) => (finish = resolve));
    const run: Laboratory['run'] = async (...args) => {
      await first;
      return laboratory.run(...args);
    };
    const { client } = bench.connect({ run });
    const running = client.call('plan.run', { text: planText });
    await expect(client.call('plan.run', { text: planText }).result).rejects.toMatchObject({ code: 'busy' });
    finish();
    await running.result;
    expect((await client.call('plan.run', { text: planText }).result).match).toBe(false);
  });

  it('refuses a device unless it has leave', async () => {
    const block = JSON.stringify({ version: 1, target: { kind: 'block', path: '/dev/nope' }, steps: [] });
    const refused = bench.connect().client.call('plan.run', { text: block });
    await expect(refused.result).rejects.toMatchObject({
      code: 'refused',
      issues: [{ place: 'target.kind' }],
    });
    const allowed = bench.connect({}, { allowDestructive: true }).client.call('plan.run', { text: block });
    expect((await allowed.result).match).toBe(false);
  });

  it('asks on the desktop before a device is overwritten, and leaves it where the user says no', async () => {
    const block = JSON.stringify({ version: 1, target: { kind: 'block', path: '/dev/nope' }, steps: [] });
    const asked: unknown[] = [];
    let isMeant = false;
    const run: Laboratory['run'] = (plan, work) => {
      asked.push('run');
      return laboratory.run(plan, work);
    };
    const desktop = desktopThatConfirms((what) => {
      asked.push(what);
      return isMeant;
    });
    const { client } = bench.connect({ run }, { allowDestructive: true, desktop });
    const wish = { text: block, destroy: 'S4EWNX0' };
    await expect(client.call('plan.run', wish).result).rejects.toMatchObject({ code: 'refused' });
    const question = { path: '/dev/nope', destroy: 'S4EWNX0' };
    expect(asked).toEqual([question]);
    isMeant = true;
    await client.call('plan.run', wish).result;
    expect(asked).toEqual([question, question, 'run']);
  });

  it('hands on by what name a device may be lost, and no other', async () => {
    const block = JSON.stringify({ version: 1, target: { kind: 'block', path: '/dev/nope' }, steps: [] });
    const named: (string | undefined)[] = [];
    const run: Laboratory['run'] = async (plan, work) => {
      named.push(work.destroy);
      return laboratory.run(plan, work);
    };
    const { client } = bench.connect({ run }, { allowDestructive: true });
    await client.call('plan.run', { text: block, destroy: 'S4EWNX0' }).result;
    await client.call('plan.run', { text: block }).result;
    expect(named).toEqual(['S4EWNX0', undefined]);
  });
});
