import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { differingRun, sampleRun } from '../../test/support/sample-run.ts';
import { sampleTornRun } from '../../test/support/sample-torn.ts';
import { openRunStore, type RunStore } from './store.ts';

let folder: string;
let store: RunStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'untorn-test-'));
  store = openRunStore(join(folder, 'runs'));
});
afterEach(() => rm(folder, { recursive: true }));

const openFiles = (): number => readdirSync('/proc/self/fd').length;

function newRun() {
  const { title, began, tookMs, host, plan, result } = sampleRun();
  return { title, began, tookMs, host, plan, result };
}

describe('the history of runs', () => {
  it('is empty before the first run', async () => {
    expect(await store.list('')).toEqual({ runs: [], unreadable: 0 });
  });

  it('keeps runs and lists them, newest first, by words', async () => {
    const first = await store.add(newRun());
    const second = await store.bring(JSON.stringify(differingRun()));
    expect(first.id).toMatch(/^20261122T181503Z-/);
    const ids = (words: string) => store.list(words).then(({ runs }) => runs.map(({ id }) => id));
    expect(await ids('')).toEqual([second.id, first.id]);
    expect(await ids('differs')).toEqual([second.id]);
    expect(await store.get(first.id)).toEqual(first);
    await store.remove(first.id);
    expect(await ids('')).toEqual([second.id]);
    await expect(store.get(first.id)).rejects.toThrow(`there is no run ${first.id}`);
  });

  it('has runs of one second in order, too', async () => {
    const began = Array.from({ length: 8 }, (_, i) => `2026-11-22T18:15:03.${i}00Z`);
    for (const one of began) await store.add({ ...newRun(), began: one });
    const { runs } = await store.list('');
    expect(runs.map((run) => run.began)).toEqual(began.toReversed());
  });

  it('lists more runs than files can be open', async () => {
    const { id } = await store.add(newRun());
    const text = await readFile(join(folder, 'runs', `${id}.run`), 'utf8');
    const many = Array.from({ length: 300 }, (_, i) => `20251122T181503Z-${String(i).padStart(6, '0')}.run`);
    for (const name of many) await writeFile(join(folder, 'runs', name), text);
    const before = openFiles();
    let most = 0;
    const look = setInterval(() => (most = Math.max(most, openFiles() - before)), 1);
    const { runs, unreadable } = await store.list('');
    clearInterval(look);
    expect([runs.length, unreadable]).toEqual([301, 0]);
    expect(most).toBeLessThan(40);
  });

  it('keeps torn runs beside those of plans', async () => {
    const { title, began, tookMs, host, plan, result } = sampleTornRun();
    const { id } = await store.addTorn({ title, began, tookMs, host, plan, result });
    await store.add(newRun());
    expect(await store.get(id)).toMatchObject({ version: 2, result: { kind: 'storm' } });
    const { runs } = await store.list('torn storm');
    expect(runs).toMatchObject([{ id, kind: 'storm', verdict: 'untorn', checked: 16 }]);
    expect((await store.list('')).runs).toHaveLength(2);
    const other = openRunStore(join(folder, 'other'));
    expect(await other.bring(JSON.stringify(await store.get(id)))).toEqual(await store.get(id));
  });

  it('leaves no draft behind and nobody else may read a run', async () => {
    const { id } = await store.add(newRun());
    expect(await readdir(join(folder, 'runs'))).toEqual([`${id}.run`]);
    const { mode } = await stat(join(folder, 'runs', `${id}.run`));
    expect(mode & 0o077).toBe(0);
  });

  it('brings the same run in twice, but not another one under its name', async () => {
    const text = JSON.stringify(sampleRun());
    expect(await store.bring(text)).toEqual(sampleRun());
    expect(await store.bring(text)).toEqual(sampleRun());
    await expect(store.bring(JSON.stringify(sampleRun({ title: 'other' })))).rejects.toThrow('another run');
  });

  it.each([
    ['no JSON', 'hello', 'is not JSON'],
    ['something else', '{"format":"x"}', 'format'],
    ['a name that leaves the folder', JSON.stringify(sampleRun({ id: '../x' })), 'is not the name of a run'],
  ])('refuses to bring in %s', async (_, text, reason) => {
    await expect(store.bring(text)).rejects.toThrow(reason);
    expect((await store.list('')).runs).toEqual([]);
  });

  it.each(['../../x', '', '20261122T181503Z-4f1c9a/../x'])('takes %j for no name of a run', async (id) => {
    await expect(store.get(id)).rejects.toThrow('is not the name of a run');
    await expect(store.remove(id)).rejects.toThrow('is not the name of a run');
  });

  it('counts what it cannot read, and lists the rest', async () => {
    const { id } = await store.add(newRun());
    await writeFile(join(folder, 'runs', '20260101T000000Z-abcdef.run'), 'torn');
    const { runs, unreadable } = await store.list('');
    expect([runs.map((run) => run.id), unreadable]).toEqual([[id], 1]);
    await expect(store.get('20260101T000000Z-abcdef')).rejects.toThrow('is not JSON');
  });

  it('says where it cannot keep a run', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(openRunStore(join(folder, 'file', 'runs')).add(newRun())).rejects.toThrow(
      `the run cannot be kept in ${join(folder, 'file', 'runs')}`,
    );
  });
});
