import { describe, expect, it } from 'vitest';
import { fileBytesMax } from '../../core/rpc/index.ts';
import { looksLikePlan, readText } from './browser.ts';

/** A file that no page can read: a folder that was dropped, or one that is gone by now. */
class Unreadable extends File {
  override arrayBuffer = () => Promise.reject(new DOMException('', 'NotFoundError'));
  override slice = () => this;
  override text = () => Promise.reject(new DOMException('', 'NotFoundError'));
}

describe('the text of a file', () => {
  it('is what the file holds, without a mark of its byte order', async () => {
    expect(await readText(new File(['\ufeff{"één": "\ud834\udd1e"}'], 'a'))).toBe('{"één": "\ud834\udd1e"}');
  });

  it('is refused where it is none', async () => {
    const latin1 = new File([new Uint8Array([0x7b, 0xe9, 0x7d])], 'latin1.json');
    await expect(readText(latin1)).rejects.toMatchObject({
      code: 'input',
      message: 'latin1.json is not a text in UTF-8',
    });
    await expect(readText(new Unreadable([], 'folder'))).rejects.toMatchObject({
      code: 'input',
      message: 'folder cannot be read (NotFoundError)',
    });
  });

  it('is refused where it is too long, before it is read', async () => {
    const long = new Unreadable([], 'long.json');
    Object.defineProperty(long, 'size', { value: fileBytesMax + 1 });
    await expect(readText(long)).rejects.toMatchObject({ message: 'long.json is longer than 15 MiB' });
  });
});

describe('a file looks like a plan', () => {
  it('where it begins as an object does', async () => {
    expect(await looksLikePlan(new File([' \n{'], 'a'))).toBe(true);
    expect(await looksLikePlan(new File(['[{}]'], 'a'))).toBe(false);
    expect(await looksLikePlan(new File([new Uint8Array(10_000)], 'disk.img'))).toBe(false);
    expect(await looksLikePlan(new File([], 'empty'))).toBe(false);
    await expect(looksLikePlan(new Unreadable([], 'folder'))).rejects.toMatchObject({ code: 'input' });
  });
});
