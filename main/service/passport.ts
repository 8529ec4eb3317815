import type { Known, Window } from '../../core/atomic/index.ts';
import type { WireLayer, WireOpening, WirePassport } from '../../core/rpc/index.ts';
import type { Layout, Passport, PassportLayer } from '../probe/index.ts';

/** A passport in the form in which it travels. */
export function passportToWire(passport: Passport): WirePassport {
  const { path, kind, kernel, verdict, possible, window, remedy, ways, findings } = passport;
  const { layers, image, scale, layout, missing, withRoot } = passport;
  return {
    path,
    kind,
    kernel,
    verdict,
    possible: inWords(possible),
    opening: openingOf(window),
    remedy: remedy ?? '',
    ways: ways && {
      hardware: openingOf(ways.hardware),
      software: openingOf(ways.software),
      why: ways.why,
    },
    findings: findings.map((finding) => ({
      layer: finding.layer,
      because: finding.because,
      remedy: finding.remedy ?? '',
    })),
    layers: [...layers, ...(image ? [image] : [])].map(layerToWire),
    scale,
    layout: layout && layoutToWire(layout),
    missing: [...missing],
    withRoot: [...withRoot],
  };
}

function inWords(known: Known<boolean>): 'yes' | 'no' | 'unknown' {
  return known === 'unknown' ? known : known ? 'yes' : 'no';
}

/** A window as it travels; null is none at all. */
export function openingOf(window: Known<Window> | null): WireOpening {
  if (window === null) return { state: 'closed', window: null };
  if (window === 'unknown') return { state: 'unknown', window: null };
  return { state: 'open', window: { minBytes: window.minBytes, maxBytes: window.maxBytes } };
}

function layerToWire({ layer, kind, window, why, remedy, facts, claims }: PassportLayer): WireLayer {
  return {
    layer,
    kind,
    opening: openingOf(window),
    why,
    remedy: remedy ?? '',
    facts: facts.map(({ name, value }) => ({ name, value })),
    claims: claims && {
      source: claims.source,
      opening: openingOf(claims.window),
      agrees: inWords(claims.agrees),
      why: claims.why,
      facts: claims.facts.map(({ name, value }) => ({ name, value })),
    },
  };
}

function layoutToWire(layout: Layout): WirePassport['layout'] {
  if (layout.kind === 'unread') return { why: layout.why, shares: [] };
  const shares = layout.shares.map(({ unitBytes, units, aligned, holes, firstFaults }) => ({
    unitBytes,
    units,
    aligned,
    holes,
    firstFaults: firstFaults.map(({ offsetBytes, fault }) => ({ offsetBytes, fault })),
  }));
  return { why: '', shares };
}
