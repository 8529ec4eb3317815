import type { RunRecord } from '../record.ts';
import type { KeptRecord, TornRunRecord } from '../torn-record.ts';
import type { ExportFormat } from '../formats.ts';
import { recordToCsv } from './csv.ts';
import { recordToHtml } from './html.ts';
import { recordToJunit } from './junit.ts';
import { tornRecordToCsv } from './torn-csv.ts';
import { tornRecordToHtml } from './torn-html.ts';
import { crashToJunit, rehearsalToJunit, tornToJunit } from '../../torn/index.ts';

export interface Exported {
  /** A name for the file. */
  readonly name: string;
  readonly mediaType: string;
  readonly text: string;
}

export function exportRecord(record: KeptRecord, format: ExportFormat): Exported {
  const { name, mediaType } = files[format];
  return { name: `${record.id}${name}`, mediaType, text: textOf(record, format) };
}

const files: Readonly<Record<ExportFormat, Pick<Exported, 'name' | 'mediaType'>>> = {
  html: { name: '.html', mediaType: 'text/html' },
  json: { name: '.untorn.json', mediaType: 'application/json' },
  junit: { name: '.junit.xml', mediaType: 'application/xml' },
  csv: { name: '.csv', mediaType: 'text/csv' },
};

function textOf(record: KeptRecord, format: ExportFormat): string {
  if (format === 'json') return `${JSON.stringify(record)}\n`;
  return record.version === 1 ? planText(record, format) : tornText(record, format);
}

function planText(record: RunRecord, format: Exclude<ExportFormat, 'json'>): string {
  switch (format) {
    case 'html':
      return recordToHtml(record);
    case 'junit':
      return recordToJunit(record);
    case 'csv':
      return recordToCsv(record);
  }
}

function tornText(record: TornRunRecord, format: Exclude<ExportFormat, 'json'>): string {
  switch (format) {
    case 'html':
      return tornRecordToHtml(record);
    case 'junit':
      return tornJunit(record);
    case 'csv':
      return tornRecordToCsv(record);
  }
}

function tornJunit({ title, result }: TornRunRecord): string {
  if (result.kind === 'crash') return crashToJunit(title, result);
  return result.kind === 'rehearsal' ? rehearsalToJunit(title, result) : tornToJunit(title, result);
}
