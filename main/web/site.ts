import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { Unable } from '../failure.ts';

/** One file of the built interface. */
export interface SiteFile {
  readonly body: Buffer;
  /** The same, compressed when it was built; null where that was not worth it. */
  readonly gzip: Buffer | null;
  readonly contentType: string;
  /** Its name contains a hash of its content, so that it never changes. */
  readonly immutable: boolean;
}

/**
 * The built interface, read once. Requests are answered from this list alone: a path that is not in it does not
 * exist, so no request can lead to another file of the machine.
 */
export type Site = ReadonlyMap<string, SiteFile>;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Reads the built interface from `folder`. Throws {@link Unable} where it was not built. */
export async function loadSite(folder: string): Promise<Site> {
  const site = new Map<string, SiteFile>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const compressed = new Set(files.map(({ parentPath, name }) => join(parentPath, name)));
  for (const entry of files) {
    const contentType = contentTypes[extname(entry.name)];
    if (contentType === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const address = `/${relative(folder, path).split(sep).join('/')}`;
    const immutable = address.startsWith('/assets/');
    const gzip = compressed.has(`${path}.gz`) ? await readFile(`${path}.gz`) : null;
    site.set(address, { body: await readFile(path), gzip, contentType, immutable });
  }
  const index = site.get('/index.html');
  if (!index)
    throw new Unable(`the interface is not built: ${folder} has no index.html (npm run build)`, folder);
  return site.set('/', index);
}
