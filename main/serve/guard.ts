import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The subprotocol of the channel; the token travels as a second one, since a page can set no header on a WebSocket. */
export const subprotocol = 'untorn.v1';
const tokenPrefix = 'token.';

/** 256 random bits, safe in a URL and in a header. */
export function makeToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares in constant time, whatever the lengths. */
export function sameToken(offered: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(offered), digest(token));
}

/** What a browser says about a request; all of it may be missing or made up. */
export interface Claims {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly subprotocols: string | undefined;
}

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?$/;

/**
 * Only names of the loopback are answered, which stops a page elsewhere that rebinds its own name to 127.0.0.1.
 * The port is free, so that a tunnel may end at another one.
 */
export function hostAllowed(host: string | undefined): host is string {
  return host !== undefined && loopbackHost.test(host);
}

/** Why a channel is refused, as an HTTP status, or null where it may be opened. */
export function judgeUpgrade(claims: Claims, token: string): 403 | 401 | 400 | null {
  if (!hostAllowed(claims.host)) return 403;
  if (claims.origin !== `http://${claims.host}`) return 403;
  const offered = (claims.subprotocols ?? '').split(',').map((one) => one.trim());
  const key = offered.find((one) => one.startsWith(tokenPrefix));
  if (key === undefined || !sameToken(key.slice(tokenPrefix.length), token)) return 401;
  return offered.includes(subprotocol) ? null : 400;
}
