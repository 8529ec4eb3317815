import { RpcError, type ChoosablePath, type RecentFile } from '../../core/rpc/index.ts';
import { looksLikePlan, readText, type ChosenFile, type Desktop } from '../desktop/index.ts';
import type { History } from './history.svelte.ts';
import type { Lab } from './lab.svelte.ts';

interface FilesParts {
  readonly lab: Lab;
  readonly history: History;
  /** `pathOf` says where a file lies that was dragged onto the window; an empty text where nobody tells. */
  readonly desktop: Desktop & { pathOf?(file: File): string };
  /** Shows the lab, or the run of this name. */
  readonly show: (what: 'lab' | { readonly run: string }) => void;
  /** One line that says what could not be done. */
  readonly onTrouble: (why: string) => void;
}

/** Files that the user opens, saves or drags onto the window, and those opened before. */
export class Files {
  /** The name of the file that the plan came from, or an empty text. */
  name = $state('');
  recent = $state.raw<readonly RecentFile[]>([]);
  private readonly parts: FilesParts;

  constructor(parts: FilesParts) {
    this.parts = parts;
  }

  async loadRecent(): Promise<void> {
    await this.trying(async () => {
      this.recent = await this.parts.desktop.recent();
    });
  }

  /** Whether paths can be chosen in a dialog; in a browser they have to be typed. */
  get choosesPaths(): boolean {
    return this.parts.desktop.native;
  }

  /** The path that the user chooses; null for none. */
  choosePath(what: ChoosablePath): Promise<string | null> {
    return this.parts.desktop.choosePath(what);
  }

  async openPlan(): Promise<void> {
    await this.trying(async () => {
      const file = await this.parts.desktop.openFile('plan');
      if (file) await this.take(file);
      await this.loadRecent();
    });
  }

  openExample(id: string): void {
    this.name = '';
    this.parts.lab.chooseExample(id);
  }

  async openRecent(path: string): Promise<void> {
    await this.trying(async () => this.take(await this.parts.desktop.openRecent(path)));
  }

  async savePlan(): Promise<void> {
    const { lab, desktop } = this.parts;
    await this.trying(async () => {
      const title = lab.check?.ok && lab.check.summary.name !== '' ? lab.check.summary.name : 'plan';
      const path = await desktop.save({
        name: this.name === '' ? `${title.replace(/[^\w.-]+/g, '-')}.untorn.json` : this.name,
        mediaType: 'application/json',
        text: lab.text,
      });
      if (path !== null) this.name = path.split('/').at(-1) ?? '';
      await this.loadRecent();
    });
  }

  /** A run goes into the history, everything else into the editor, which says what is wrong with it. */
  async take({ name, text }: Pick<ChosenFile, 'name' | 'text'>): Promise<void> {
    const { lab, history, show } = this.parts;
    if (looksLikeRun(text)) {
      const id = await history.bring(text);
      if (id !== null) show({ run: id });
      else this.parts.onTrouble(`${name}: ${history.failure}`);
      return;
    }
    lab.open(text);
    this.name = name;
    show('lab');
  }

  /** Something was dragged onto the window: a plan, a run, an image, or what cannot be opened at all. */
  async drop(file: File): Promise<void> {
    const { desktop, onTrouble } = this.parts;
    await this.trying(async () => {
      if (await looksLikePlan(file)) return this.take({ name: file.name, text: await readText(file) });
      const path = desktop.pathOf?.(file) ?? '';
      if (path !== '') this.useImage(path);
      else
        onTrouble(
          `${file.name} is no plan and no run. If it is an image: a page is not told where a file lies, so choose “Image” as the plan's target and type its path.`,
        );
    });
  }

  /** A plan on an image that was dragged here: the one that is on the bench, on another target. */
  private useImage(path: string): void {
    const { lab, show } = this.parts;
    lab.putTarget({ kind: 'image', path });
    lab.tab = 'target';
    show('lab');
  }

  private async trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.parts.onTrouble(error.message);
    }
  }
}

function looksLikeRun(text: string): boolean {
  return /^\s*\{\s*"format":\s*"untorn-/.test(text);
}
