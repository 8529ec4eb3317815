import { describe, expect, it } from 'vitest';
import { hostAllowed, judgeUpgrade, makeToken, sameToken } from './guard.ts';

const token = makeToken();
const good = {
  host: '127.0.0.1:4000',
  origin: 'http://127.0.0.1:4000',
  subprotocols: `untorn.v1, token.${token}`,
};

describe('hostAllowed', () => {
  it.each(['127.0.0.1:1', 'localhost:65535', 'localhost', '[::1]:80'])('takes %s', (host) => {
    expect(hostAllowed(host)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost:80@evil',
    'localhost.:80',
    '0.0.0.0:80',
    '127.0.0.2:80',
  ])('refuses %s', (host) => {
    expect(hostAllowed(host)).toBe(false);
  });
});

describe('judgeUpgrade', () => {
  it('lets in who has the token and comes from the page itself', () => {
    expect(judgeUpgrade(good, token)).toBeNull();
    expect(judgeUpgrade({ ...good, host: 'localhost:9', origin: 'http://localhost:9' }, token)).toBeNull();
  });

  it.each([
    ['another host', { host: 'evil.example', origin: 'http://evil.example' }, 403],
    ['another origin', { origin: 'http://evil.example' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:4001' }, 403],
    ['no origin', { origin: undefined }, 403],
    ['a null origin', { origin: 'null' }, 403],
    ['no token', { subprotocols: 'untorn.v1' }, 401],
    ['no subprotocols', { subprotocols: undefined }, 401],
    ['an empty token', { subprotocols: 'untorn.v1, token.' }, 401],
    ['a wrong token', { subprotocols: `untorn.v1, token.${makeToken()}` }, 401],
    ['a part of the token', { subprotocols: `untorn.v1, token.${token.slice(0, -1)}` }, 401],
    ['another version', { subprotocols: `token.${token}` }, 400],
  ])('refuses %s', (_, change, status) => {
    expect(judgeUpgrade({ ...good, ...change }, token)).toBe(status);
  });
});

describe('tokens', () => {
  it('are long, never the same, and compared whole', () => {
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(makeToken()).not.toBe(token);
    expect(sameToken(token, token)).toBe(true);
    expect(sameToken(`${token}x`, token)).toBe(false);
  });
});
