import type { ChosenFile } from './desktop.ts';

/** Lets the user choose a file of the machine that the browser runs on. Null where the user chose none. */
export function pickFile(): Promise<ChosenFile | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,application/json';
  return new Promise((resolve, reject) => {
    input.addEventListener('cancel', () => resolve(null));
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      if (!file) resolve(null);
      else file.text().then((text) => resolve({ name: file.name, text, path: null }), reject);
    });
    input.click();
  });
}

/** Lets the browser keep a text as a file, where it keeps downloads. */
export function saveAsDownload(name: string, mediaType: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken hold of the content once the click is handled.
  setTimeout(() => URL.revokeObjectURL(address));
}
