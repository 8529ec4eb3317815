/** Listeners of what drops down from the map's bar: Escape closes it, and so does the focus that goes elsewhere. */
export function closedByLeaving(isOpen: () => boolean, close: () => void) {
  return {
    onkeydown(event: KeyboardEvent): void {
      if (event.key !== 'Escape' || !isOpen()) return;
      event.stopPropagation();
      close();
    },
    onfocusout({ currentTarget, relatedTarget }: FocusEvent): void {
      if (!(currentTarget instanceof Node) || !(relatedTarget instanceof Node)) return;
      if (!currentTarget.contains(relatedTarget)) close();
    },
  };
}
