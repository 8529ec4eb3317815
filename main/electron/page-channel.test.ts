import { describe, expect, it } from 'vitest';
import { FakeContents } from '../../test/support/electron/fake-window.ts';
import { frames, request, setUpBench, settle, start } from '../../test/support/electron/started.ts';

const bench = setUpBench();

describe('the channel', () => {
  it('carries the contract', async () => {
    const { page } = await start(bench);
    page.send(request(1));
    await settle();
    expect(page.texts()).toEqual(['{"kind":"result","id":1,"value":[]}']);
  });

  it.each([
    ['another window', { sender: new FakeContents() }],
    ['another frame', { senderFrame: { url: 'untorn://app/' } }],
    ['a frame that is gone', { senderFrame: null }],
  ])('does not hear %s', async (_, from) => {
    const { page } = await start(bench);
    page.send(request(1), from);
    await settle();
    expect(page.texts()).toEqual([]);
  });

  it('does not hear its own frame on another page', async () => {
    const { window, page } = await start(bench);
    window.webContents.mainFrame.url = 'https://evil.example/';
    page.send(request(1));
    await settle();
    expect(page.texts()).toEqual([]);
  });

  it('refuses what is not a text', async () => {
    const { page } = await start(bench);
    page.send({ kind: 'request' });
    await settle();
    expect(frames(page.texts())).toMatchObject([{ kind: 'error', id: null, error: { code: 'malformed' } }]);
  });

  it('begins anew with each load, and cancels what the page before it had under way', async () => {
    const { window, page } = await start(bench);
    const cancelled = new Promise<void>((resolve) => (bench.onCancelled = resolve));
    page.send(request(7, 'plan.run', { text: '{}' }));
    await settle();
    window.webContents.show('untorn://app/');
    await cancelled;
    await settle();
    expect(page.texts()).toEqual([]);
    page.send(request(1));
    await settle();
    expect(page.texts()).toHaveLength(1);
  });

  it('is quiet once the window is gone', async () => {
    const { window, page } = await start(bench);
    window.close();
    page.send(request(1));
    await settle();
    expect(page.texts()).toEqual([]);
  });
});
