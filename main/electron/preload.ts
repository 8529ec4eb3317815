import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { bridgeName, type Bridge } from '../../core/rpc/bridge.ts';
import { fromService, toService } from './channels.ts';

/** All that the page gets: it can send texts to the service, hear texts from it, and learn where a file lies that it was given. */
const bridge: Bridge = {
  send(text) {
    ipcRenderer.send(toService, String(text));
  },
  onMessage(receiver) {
    ipcRenderer.removeAllListeners(fromService);
    ipcRenderer.on(fromService, (_event, text: unknown) => receiver(String(text)));
  },
  // Electron itself refuses what is no File.
  pathOf: (file) => webUtils.getPathForFile(file as File),
};

contextBridge.exposeInMainWorld(bridgeName, bridge);
