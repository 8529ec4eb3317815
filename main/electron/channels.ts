/** Names of the two messages that the page and the main process exchange; their content is the contract's text. */
export const toService = 'untorn:to-service';
export const fromService = 'untorn:from-service';
