/** What has keys of its own: lists, grids, maps, regions that scroll, the plan's text. */
const panes =
  '[role="application"], [role="listbox"], [role="grid"], [role="slider"]:not(input), [role="region"][tabindex="0"]';

/** Gives the focus to the next (or the previous) of the panes, around the end. */
export function focusPane(direction: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(panes)].filter(
    (one) => one.tabIndex >= 0 && one.checkVisibility(),
  );
  const active = document.activeElement;
  const at = all.findIndex((one) => one === active || one.contains(active));
  const before = all.findLastIndex(
    (one) =>
      active !== null && (one.compareDocumentPosition(active) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,
  );
  const from = at >= 0 ? at : direction === 1 ? before : before + 1;
  all[(from + direction + all.length) % all.length]?.focus();
}
