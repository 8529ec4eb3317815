import type { RunRecord } from '../record.ts';
import type { ExportFormat } from '../formats.ts';
import { recordToCsv } from './csv.ts';
import { recordToHtml } from './html.ts';
import { recordToJunit } from './junit.ts';

export interface Exported {
  /** A name for the file. */
  readonly name: string;
  readonly mediaType: string;
  readonly text: string;
}

export function exportRecord(record: RunRecord, format: ExportFormat): Exported {
  switch (format) {
    case 'html':
      return { name: `${record.id}.html`, mediaType: 'text/html', text: recordToHtml(record) };
    case 'json': {
      const text = `${JSON.stringify(record)}\n`;
      return { name: `${record.id}.untorn.json`, mediaType: 'application/json', text };
    }
    case 'junit':
      return { name: `${record.id}.junit.xml`, mediaType: 'application/xml', text: recordToJunit(record) };
    case 'csv':
      return { name: `${record.id}.csv`, mediaType: 'text/csv', text: recordToCsv(record) };
  }
}
