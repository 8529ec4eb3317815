import { RpcError, type Client, type UntornContract } from '../../core/rpc/index.ts';

/** What a user may walk away from, and how its end is told. */
const longCalls: Partial<Record<keyof UntornContract, string>> = {
  'plan.predict': 'The prediction',
  'plan.run': 'The run',
  'plan.versus': 'The comparison of allocators',
  'torn.storm': 'The storm',
  'torn.shutdown': 'The shutdown check',
  'torn.crash': 'The crash check',
  'sandbox.install': 'The installation of the sandbox',
};

/** Nobody has walked away from less. */
const longMs = 10_000;

/** What of the browser a notice takes; tests put a stand-in here. */
export interface NoticeFace {
  now(): number;
  /** Whether the user looks at the page. */
  isWatched(): boolean;
  permission(): NotificationPermission;
  ask(): Promise<NotificationPermission>;
  show(title: string, body: string): void;
}

/** Tells of the end of long work by a notification of the desktop, where the window is not the one in front. */
export class EndNotices {
  private readonly face: NoticeFace;

  constructor(face: NoticeFace = browserFace) {
    this.face = face;
  }

  /** The desktop app has leave from the start; a browser asks its user. */
  get permission(): NotificationPermission {
    return this.face.permission();
  }

  /** Asks for leave; browsers ask their user only while a key or a button is being handled. */
  ask(): Promise<NotificationPermission> {
    return this.face.ask();
  }

  /** The same client; the end of its long calls is told. */
  over(client: Client<UntornContract>): Client<UntornContract> {
    return {
      ...client,
      call: (name, input, onEvent) => {
        const call = client.call(name, input, onEvent);
        const what = longCalls[name];
        if (what !== undefined) this.watch(what, call.result);
        return call;
      },
    };
  }

  private watch(what: string, result: Promise<unknown>): void {
    const began = this.face.now();
    result.then(
      () => this.tell(`${what} has ended`, '', began),
      (error: unknown) => {
        // Who cancelled it knows.
        if (error instanceof RpcError && error.code !== 'cancelled')
          this.tell(`${what} has failed`, error.message, began);
      },
    );
  }

  private tell(title: string, body: string, began: number): void {
    const { face } = this;
    if (face.now() - began < longMs || face.isWatched() || face.permission() !== 'granted') return;
    face.show(title, body);
  }
}

const browserFace: NoticeFace = {
  now: () => performance.now(),
  isWatched: () => document.hasFocus(),
  permission: () => ('Notification' in window ? Notification.permission : 'denied'),
  ask: () => ('Notification' in window ? Notification.requestPermission() : Promise.resolve('denied')),
  show(title, body) {
    const notice = new Notification(title, { body, tag: 'untorn-end' });
    notice.addEventListener('click', () => {
      window.focus();
      notice.close();
    });
  },
};
