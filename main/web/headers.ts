import type { SiteFile } from './site.ts';

/**
 * Nothing is loaded from elsewhere, nothing runs that was not built with the interface, no page can frame it.
 * `connect` names what the page may open connections to.
 */
function contentSecurityPolicy(connect: "'self'" | "'none'"): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html',
  ].join('; ');
}

/** The headers of every answer. */
export function securityHeaders(connect: "'self'" | "'none'"): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(connect),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), usb=(), serial=(), hid=()',
  };
}

export function fileHeaders(file: SiteFile): Record<string, string> {
  return {
    'content-type': file.contentType,
    'content-length': String(file.body.length),
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-store',
  };
}

/** A file as it is sent to somebody who says `accepted` (Accept-Encoding, RFC 9110): compressed where both can. */
export function encodeFile(
  file: SiteFile,
  accepted: string | undefined,
): { readonly headers: Record<string, string>; readonly body: Buffer } {
  const headers = fileHeaders(file);
  if (file.gzip === null) return { headers, body: file.body };
  const vary = { vary: 'accept-encoding' };
  if (!acceptsGzip(accepted ?? '')) return { headers: { ...headers, ...vary }, body: file.body };
  const length = String(file.gzip.length);
  return {
    headers: { ...headers, ...vary, 'content-encoding': 'gzip', 'content-length': length },
    body: file.gzip,
  };
}

function acceptsGzip(accepted: string): boolean {
  return accepted.split(',').some((one) => {
    const [coding = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
    return coding === 'gzip' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
