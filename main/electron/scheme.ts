import { fileHeaders, securityHeaders, type Site } from '../web/index.ts';

/** The page's own scheme: a secure origin that is neither a file nor on the network. */
export const scheme = 'untorn';
export const pageUrl = `${scheme}://app/`;

/** Answers a request of the page from the built interface, and nothing else. */
export function answer(site: Site, request: { readonly url: string; readonly method: string }): Response {
  const headers = securityHeaders("'none'");
  if (!isOurs(request.url)) return new Response(null, { status: 403, headers });
  if (request.method !== 'GET') return new Response(null, { status: 405, headers });
  const file = site.get(new URL(request.url).pathname);
  if (!file) return new Response(null, { status: 404, headers });
  return new Response(new Uint8Array(file.body), {
    status: 200,
    headers: { ...headers, ...fileHeaders(file) },
  });
}

/** Whether an address is one of the page's own origin. */
export function isOurs(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password, port } = new URL(url);
  return protocol === `${scheme}:` && host === 'app' && username === '' && password === '' && port === '';
}
