/** Sections that the reports of torn runs share. */
import { verdicts, type UnitFinding, type Verdict, type Verification } from '../../torn/index.ts';
import { formatCount, plural } from '../../view/index.ts';
import { markup, type Markup } from './markup.ts';
import { fieldsPicture, unitPicture } from './torn-picture.ts';

export const findingsMax = 64;
export const rowsMax = 400;

/** Every unit in one line, and how many of each verdict. */
export function unitsSection({ units, counts, field }: Verification): Markup {
  const picture = field
    ? markup`${legend()}<div class="map">${fieldsPicture([{ name: '', field }])}</div>`
    : '';
  return markup`<section><h2>Units</h2><p>${plural(units, 'unit')} looked at.</p>${picture}${countsTable(counts)}</section>`;
}

export function findingsSection(findings: readonly UnitFinding[]): Markup {
  if (findings.length === 0) return markup``;
  const shown = findings.slice(0, findingsMax).map(unitSection);
  return markup`<section><h2>Units that are wrong</h2>${shown}</section>`;
}

export function unitSection(finding: UnitFinding): Markup {
  const rows = finding.rows.map(
    ({ first, last, address, label, hex }) =>
      markup`<tr><td>${first === last ? first : `${first}-${last}`}</td><td>${formatCount(address)}</td><td>${hex}</td><td>${label}</td></tr>`,
  );
  return markup`<h3>${finding.verdict}: ${finding.text}</h3>${unitPicture(finding)}${table(['blocks', 'byte', 'first bytes', 'whose'], rows)}`;
}

export function promisesSection(promises: readonly string[]): Markup {
  return markup`<section><h2>What is promised, and by whom</h2><ul>${promises.map((text) => markup`<li>${text}</li>`)}</ul></section>`;
}

function countsTable(counts: Readonly<Record<Verdict, number>>): Markup {
  const rows = verdicts
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => markup`<tr><td>${verdict}</td><td>${formatCount(counts[verdict])}</td></tr>`);
  return table(['verdict', 'units'], rows);
}

export function legend(): Markup {
  const names = verdicts.map(
    (verdict) =>
      markup`<span><svg width="18" height="10"><rect class="v-${verdict}" width="18" height="10"/></svg> ${verdict} </span>`,
  );
  return markup`<p class="legend">${names}</p>`;
}

export function table(head: readonly string[], rows: readonly Markup[]): Markup {
  return markup`<table><thead><tr>${head.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}
