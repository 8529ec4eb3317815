import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { restart, setUpBench, start } from '../../test/support/electron/started.ts';

const bench = setUpBench();

describe('the state of the window', () => {
  it('is kept soon after a change, and comes back', async () => {
    vi.useFakeTimers();
    const { window } = await start(bench);
    window.bounds = { x: 10, y: 40, width: 1200, height: 700 };
    window.emit('resize');
    bench.electron.chooseItem('View', 'Zoom in');
    vi.advanceTimersByTime(499);
    await expect(readFile(join(bench.folder, 'window.json'), 'utf8')).rejects.toThrow('ENOENT');
    vi.advanceTimersByTime(1);
    const kept: unknown = JSON.parse(await readFile(join(bench.folder, 'window.json'), 'utf8'));
    expect(kept).toEqual({ bounds: window.bounds, maximised: false, fullScreen: false, zoom: 1.1 });
    const { window: next } = await restart(bench);
    expect(next.bounds).toEqual(window.bounds);
    expect(next.webContents.zoom).toBe(1.1);
    next.maximize();
    next.close();
    const { window: last } = await restart(bench);
    expect(last.maximised).toBe(true);
    expect(last.bounds).toEqual(window.bounds);
  });

  it('survives a reload of the page', async () => {
    const { window } = await start(bench);
    bench.electron.chooseItem('View', 'Zoom out');
    window.webContents.show('untorn://app/');
    expect(window.webContents.zoom).toBe(0.9);
    bench.electron.chooseItem('View', 'Usual size');
    expect(window.webContents.zoom).toBe(1);
  });

  it('is the usual one where the file is damaged', async () => {
    await writeFile(join(bench.folder, 'window.json'), '{"bounds":{"x":1e999}}');
    const { window } = await start(bench);
    expect(window.options).toMatchObject({ width: 1440, height: 900 });
    expect(window.options.x).toBeUndefined();
  });
});
