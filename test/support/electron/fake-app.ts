import { EventEmitter } from 'node:events';
import type { AppEvents, AppFace, Preventable } from '../../../main/electron/face.ts';
import type { FakeWindow } from './fake-window.ts';

interface LifeEvents extends AppEvents {
  ready: [];
  'before-quit': [event: Preventable];
  quit: [];
}

/**
 * An app's life in the order that Electron documents (docs/api/app.md): before `ready` the process and its schemes are
 * set up, after it windows and sessions are; `quit` asks with `before-quit`, closes the windows, asks with `will-quit`,
 * and only then ends; `window-all-closed` is told only where nobody quits.
 */
export class FakeApp extends EventEmitter<LifeEvents> implements AppFace {
  isPackaged = true;
  isReady = false;
  /** Whether this is the first instance; what the lock was asked with. */
  first = true;
  lockData: unknown = null;
  sandboxed = false;
  hasEnded = false;
  readonly exits: (number | undefined)[] = [];
  readonly switches = new Map<string, string | undefined>();
  readonly commandLine = {
    appendSwitch: (name: string, value?: string) => void this.switches.set(name, value),
  };
  private isQuitting = false;
  private readonly openWindows = new Set<FakeWindow>();

  requestSingleInstanceLock(data?: Record<string, unknown>): boolean {
    this.lockData = structuredClone(data);
    return this.first;
  }
  enableSandbox(): void {
    if (this.isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.sandboxed = true;
  }
  /** Not before what the app's first file does at once has been done. */
  async whenReady(): Promise<void> {
    await Promise.resolve();
    if (this.isReady) return;
    this.isReady = true;
    this.emit('ready');
  }

  quit(): void {
    if (this.isQuitting || this.hasEnded) return;
    const event = stoppable();
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    this.isQuitting = true;
    if (this.openWindows.size === 0) this.endUnlessStopped();
    for (const window of this.openWindows) window.close();
  }
  exit(code?: number): void {
    this.exits.push(code);
    this.end();
  }

  /** Another start of the same app: the first hears what it hands over, at the earliest once it is ready. */
  startAgain(data: unknown, argv: string[] = []): void {
    const tell = () => {
      this.emit('second-instance', stoppable(), argv, '/', structuredClone(data));
    };
    if (this.isReady) tell();
    else this.once('ready', tell);
  }

  /** A window tells these of itself. */
  opened(window: FakeWindow): void {
    this.openWindows.add(window);
    this.emit('web-contents-created', stoppable(), window.webContents);
  }
  stayedOpen(): void {
    this.isQuitting = false;
  }
  closed(window: FakeWindow): void {
    this.openWindows.delete(window);
    if (this.openWindows.size > 0) return;
    if (this.isQuitting) this.endUnlessStopped();
    else if (!this.emit('window-all-closed')) this.quit();
  }

  private endUnlessStopped(): void {
    const event = stoppable();
    this.emit('will-quit', event);
    if (event.defaultPrevented) this.isQuitting = false;
    else this.end();
  }
  private end(): void {
    this.hasEnded = true;
    this.emit('quit');
  }
}

/** An event whose consequence can be prevented. */
export function stoppable(): Preventable & { readonly defaultPrevented: boolean } {
  let defaultPrevented = false;
  return {
    preventDefault: () => {
      defaultPrevented = true;
    },
    get defaultPrevented() {
      return defaultPrevented;
    },
  };
}
