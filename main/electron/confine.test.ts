import { describe, expect, it } from 'vitest';
import { FakeWindow } from '../../test/support/electron/fake-window.ts';
import { stoppable } from '../../test/support/electron/fake-app.ts';
import { setUpBench, start } from '../../test/support/electron/started.ts';

const bench = setUpBench();

describe('whatever page there is', () => {
  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'] as const)(
    'is denied %s',
    async (name) => {
      const { window } = await start(bench);
      const another = new FakeWindow(bench.electron.app, {});
      for (const { webContents } of [window, another]) {
        const event = stoppable();
        webContents.emit(name, event);
        expect(event.defaultPrevented).toBe(true);
      }
    },
  );

  it('stays where it is', async () => {
    const { webContents } = (await start(bench)).window;
    for (const url of ['https://evil.example/', 'file:///etc/passwd', 'untorn://app/?x', 'untorn://other/'])
      expect(webContents.navigate(url)).toBe(false);
    expect(webContents.mainFrame.url).toBe('untorn://app/');
  });

  it('opens no other window', async () => {
    const { window } = await start(bench);
    expect(window.webContents.openHandler?.()).toEqual({ action: 'deny' });
  });
});

describe('the session', () => {
  it('grants our own page notifications and copying, and nobody anything else', async () => {
    await start(bench);
    const session = bench.electron.session.defaultSession;
    expect(session.grants('notifications', 'untorn://app/')).toBe(true);
    expect(session.grants('clipboard-sanitized-write', 'untorn://app/')).toBe(true);
    expect(session.grants('notifications', 'https://evil.example/')).toBe(false);
    expect(session.grants('notifications', 'untorn://app.evil.example/')).toBe(false);
    expect(session.grants('notifications', 'untorn://app/', false)).toBe(false);
    for (const permission of ['media', 'geolocation', 'clipboard-read', 'openExternal', 'fileSystem', 'usb'])
      expect(session.grants(permission, 'untorn://app/')).toBe(false);
    expect(session.deviceHandler?.()).toBe(false);
  });

  it('reaches nothing outside of the app', async () => {
    await start(bench);
    const session = bench.electron.session.defaultSession;
    expect(
      ['untorn://app/', 'blob:untorn://app/1', 'data:image/png,'].filter((url) => !session.lets(url)),
    ).toEqual([]);
    const outside = [
      'http://a/',
      'https://a/',
      'ws://127.0.0.1/',
      'wss://a/',
      'file:///etc/passwd',
      'ftp://a/',
      '?',
    ];
    expect(outside.filter((url) => session.lets(url))).toEqual([]);
    expect(session.spellChecker).toBe(false);
    expect([...bench.electron.app.switches.keys()]).toContain('disable-background-networking');
  });

  it('has no other way to the network: no names, and no WebRTC past the proxy that there is not', async () => {
    const { window } = await start(bench);
    expect(bench.electron.app.switches.get('host-resolver-rules')).toBe('MAP * ~NOTFOUND');
    expect(window.webContents.webRtcPolicy).toBe('disable_non_proxied_udp');
  });

  it('downloads what the page made, and nothing else', async () => {
    await start(bench);
    const session = bench.electron.session.defaultSession;
    expect(session.downloads('blob:untorn://app/0b6e')).toBe(true);
    for (const url of [
      'https://evil.example/x',
      'untorn://app/',
      'blob:https://evil.example/1',
      'data:text/plain,x',
    ])
      expect(session.downloads(url)).toBe(false);
  });
});
