import { contextBridge, ipcRenderer } from 'electron';
import { bridgeName, type Bridge } from '../../core/rpc/bridge.ts';
import { fromService, toService } from './channels.ts';

/** All that the page gets: it can send texts to the service and hear texts from it. */
const bridge: Bridge = {
  send(text) {
    ipcRenderer.send(toService, String(text));
  },
  onMessage(receiver) {
    ipcRenderer.removeAllListeners(fromService);
    ipcRenderer.on(fromService, (_event, text: unknown) => receiver(String(text)));
  },
};

contextBridge.exposeInMainWorld(bridgeName, bridge);
