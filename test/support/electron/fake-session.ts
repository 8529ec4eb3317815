import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import type { SessionEvents, SessionFace } from '../../../main/electron/face.ts';
import { stoppable, type FakeApp } from './fake-app.ts';

type Handler<Method extends keyof SessionFace> = SessionFace[Method] extends (handler: infer H) => void
  ? H | null
  : never;

/** A session keeps what it is told, and answers as Electron would answer a page. */
export class FakeSession extends EventEmitter<SessionEvents> implements SessionFace {
  requestHandler: Handler<'setPermissionRequestHandler'> = null;
  checkHandler: Handler<'setPermissionCheckHandler'> = null;
  deviceHandler: Handler<'setDevicePermissionHandler'> = null;
  spellChecker = true;
  beforeRequest: Parameters<SessionFace['webRequest']['onBeforeRequest']>[0] | null = null;
  readonly webRequest: SessionFace['webRequest'] = {
    onBeforeRequest: (listener) => {
      this.beforeRequest = listener;
    },
  };
  setPermissionRequestHandler(handler: Handler<'setPermissionRequestHandler'>): void {
    this.requestHandler = handler;
  }
  setPermissionCheckHandler(handler: Handler<'setPermissionCheckHandler'>): void {
    this.checkHandler = handler;
  }
  setDevicePermissionHandler(handler: Handler<'setDevicePermissionHandler'>): void {
    this.deviceHandler = handler;
  }
  setSpellCheckerEnabled(enable: boolean): void {
    this.spellChecker = enable;
  }

  /** Whether a request of the page's would go out. */
  lets(url: string): boolean {
    let cancelled = false;
    this.beforeRequest?.({ url }, ({ cancel }) => (cancelled = cancel));
    return !cancelled;
  }
  /** Whether a page of that origin would get the permission, as both of Electron's questions are answered. */
  grants(permission: string, origin: string, isMainFrame = true): boolean {
    let granted = false;
    this.requestHandler?.(null, permission, (answer) => (granted = answer), {
      requestingUrl: origin,
      isMainFrame,
    });
    return granted && this.checkHandler?.(null, permission, origin) === true;
  }
  /** Whether a download would begin. */
  downloads(url: string): boolean {
    const event = stoppable();
    this.emit('will-download', event, { getURL: () => url });
    return !event.defaultPrevented;
  }
}

/** Schemes are declared before the app is ready and answered after it. */
export class FakeProtocol implements Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'> {
  readonly schemes: Electron.CustomScheme[] = [];
  readonly handlers = new Map<string, (request: Request) => Response | Promise<Response>>();
  private readonly app: FakeApp;

  constructor(app: FakeApp) {
    this.app = app;
  }
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
    if (this.app.isReady)
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    this.schemes.push(...schemes);
  }
  handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void {
    if (!this.app.isReady) throw new Error('Session can only be received when app is ready');
    if (this.handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    this.handlers.set(scheme, handler);
  }
}
