/** What the preload script puts on the page's window as `untorn`: a channel of texts, and where a dropped file lies. */
export interface Bridge {
  send(text: string): void;
  /** Sets the one receiver of the service's messages. */
  onMessage(receiver: (text: string) => void): void;
  /** Path of a file that the user dropped or picked (a `File` of the page); empty for one that lies nowhere. */
  pathOf(file: object): string;
}

/** Name of the bridge on the page's window. */
export const bridgeName = 'untorn';
