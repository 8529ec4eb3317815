export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const kept = 'untorn.theme';

/** Dark or light: as the system says, or as the user chose, which is remembered. */
export class ThemeState {
  chosen = $state<Theme>('system');

  constructor() {
    const before = localStorage.getItem(kept);
    this.apply(themes.find((theme) => theme === before) ?? 'system');
  }

  choose(theme: Theme): void {
    if (theme === 'system') localStorage.removeItem(kept);
    else localStorage.setItem(kept, theme);
    this.apply(theme);
  }

  next(): void {
    this.choose(themes[(themes.indexOf(this.chosen) + 1) % themes.length] ?? 'system');
  }

  /** Style sheets follow by `color-scheme`; what paints by itself hears the event `untorn-theme` of the document. */
  private apply(theme: Theme): void {
    this.chosen = theme;
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    document.dispatchEvent(new Event('untorn-theme'));
  }
}
