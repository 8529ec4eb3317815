/** How a run leaves the house. `json` is the record itself, and the only one that can be brought back in. */
export const exportFormats = ['html', 'json', 'junit', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];
