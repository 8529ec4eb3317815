import { contract, serveRpc, type Transport, type UntornService } from '../../core/rpc/index.ts';

/**
 * The service's end of the channel to the one page. Each load of the page is a new channel: what the page before it
 * had under way is cancelled, and its call numbers mean nothing any more.
 */
export class PageChannel {
  private readonly service: UntornService;
  private readonly post: (text: string) => void;
  private readonly onDefect: (error: unknown, procedure: string) => void;
  private receiver: ((text: string | null) => void) | null = null;
  private hangUp: (() => void) | null = null;

  constructor(
    service: UntornService,
    post: (text: string) => void,
    onDefect: (error: unknown, procedure: string) => void,
  ) {
    this.service = service;
    this.post = post;
    this.onDefect = onDefect;
  }

  /** Ends the channel of the page that was there and opens one for the page that comes. */
  open(): void {
    this.close();
    serveRpc(contract, this.service, this.makeTransport(), { onDefect: this.onDefect });
  }

  close(): void {
    this.receiver = null;
    const hangUp = this.hangUp;
    this.hangUp = null;
    hangUp?.();
  }

  /** A message of the page, whatever it is; what is not a text is refused by the contract. */
  receive(message: unknown): void {
    this.receiver?.(typeof message === 'string' ? message : null);
  }

  private makeTransport(): Transport {
    let open = true;
    return {
      send: (text) => {
        if (open) this.post(text);
      },
      onMessage: (receiver) => {
        this.receiver = receiver;
      },
      onClose: (listener) => {
        this.hangUp = () => {
          open = false;
          listener();
        };
      },
      close: () => this.close(),
    };
  }
}
