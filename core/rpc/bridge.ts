/** What the preload script puts on the page's window as `untorn`: a channel of texts and nothing more. */
export interface Bridge {
  send(text: string): void;
  /** Sets the one receiver of the service's messages. */
  onMessage(receiver: (text: string) => void): void;
}

/** Name of the bridge on the page's window. */
export const bridgeName = 'untorn';
