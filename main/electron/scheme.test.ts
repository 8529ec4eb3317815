import { describe, expect, it } from 'vitest';
import { site } from '../../test/support/electron/app.ts';
import { setUpBench, start } from '../../test/support/electron/started.ts';
import { answer, isOurs } from './scheme.ts';

const bench = setUpBench();

describe('the scheme', () => {
  it('answers with the page and a strict policy', async () => {
    await start(bench);
    const response = await bench.electron.protocol.handlers.get('untorn')?.(new Request('untorn://app/'));
    expect(await response?.text()).toBe('page');
    const policy = response?.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it.each([
    ['untorn://app/../package.json', 404],
    ['untorn://app/%2e%2e/package.json', 404],
    ['untorn://other/', 403],
    ['untorn://app:80/', 403],
    ['untorn://user@app/', 403],
    ['file:///etc/passwd', 403],
  ])('refuses %s', (url, status) => {
    expect(answer(site, { url, method: 'GET' }).status).toBe(status);
  });

  it('takes only GET', () => {
    expect(answer(site, { url: 'untorn://app/', method: 'POST' }).status).toBe(405);
    expect(isOurs('not an address')).toBe(false);
  });
});
