import { EventEmitter } from 'node:events';
import { beforeAll, expect, it, vi } from 'vitest';
import { bridgeName, type Bridge } from '../../core/rpc/index.ts';
import { fromService, toService } from './channels.ts';

const ipcRenderer = Object.assign(new EventEmitter(), { send: vi.fn() });
const exposed = new Map<string, Bridge>();
const webUtils = { getPathForFile: vi.fn(() => '/dropped.img') };
vi.mock('electron', () => ({
  ipcRenderer,
  webUtils,
  contextBridge: { exposeInMainWorld: (name: string, api: Bridge) => exposed.set(name, api) },
}));

beforeAll(async () => {
  await import('./preload.ts');
});

it('exposes a channel of texts, the place of a file, and nothing else', () => {
  expect([...exposed.keys()]).toEqual([bridgeName]);
  expect(Object.keys(exposed.get(bridgeName) ?? {}).sort()).toEqual(['onMessage', 'pathOf', 'send']);
});

it('sends texts, whatever it is given', () => {
  exposed.get(bridgeName)?.send({ toString: () => 'text' } as unknown as string);
  expect(ipcRenderer.send).toHaveBeenCalledWith(toService, 'text');
});

it('hands on texts of the service, and never the event, to one receiver', () => {
  const first = vi.fn();
  const second = vi.fn();
  exposed.get(bridgeName)?.onMessage(first);
  exposed.get(bridgeName)?.onMessage(second);
  ipcRenderer.emit(fromService, { sender: 'secret' }, 'hello');
  expect(first).not.toHaveBeenCalled();
  expect(second.mock.calls).toEqual([['hello']]);
});

it('tells where a file lies that the page was given', () => {
  const file = new File([], 'dropped.img');
  expect(exposed.get(bridgeName)?.pathOf(file)).toBe('/dropped.img');
  expect(webUtils.getPathForFile).toHaveBeenCalledWith(file);
});
