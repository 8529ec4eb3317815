import type { Command } from '../commands/index.ts';
import type { MapState } from './map-state.svelte.ts';

const group = 'Map';

/** What can be done with the map; most of it by keys that count while it has the focus. */
export function mapCommands(map: MapState): readonly Command[] {
  const { camera, bench } = map;
  const inMap = (id: string, title: string, keys: readonly string[], run: () => void): Command => {
    return { id: `map.${id}`, title, group, keys, context: 'map', inPalette: false, run };
  };
  return [
    inMap('zoom-in', 'Zoom in', ['+', '='], () => camera.zoomBy(0.6)),
    inMap('zoom-out', 'Zoom out', ['-'], () => camera.zoomBy(1 / 0.6)),
    inMap('everything', 'Everything', ['0'], () => camera.showAll()),
    inMap('left', 'Move left', ['ArrowLeft'], () => camera.panBy(-0.15)),
    inMap('right', 'Move right', ['ArrowRight'], () => camera.panBy(0.15)),
    inMap('page-left', 'Move left by a screen', ['Shift+ArrowLeft'], () => camera.panBy(-0.9)),
    inMap('page-right', 'Move right by a screen', ['Shift+ArrowRight'], () => camera.panBy(0.9)),
    inMap('previous', 'Previous extent', ['ArrowUp'], () => map.selectBy(-1)),
    inMap('next', 'Next extent', ['ArrowDown'], () => map.selectBy(1)),
    inMap('previous-file', 'Previous file', ['PageUp'], () => map.selectFile(-1)),
    inMap('next-file', 'Next file', ['PageDown'], () => map.selectFile(1)),
    inMap('to-selection', 'Zoom to the extent', ['Enter'], () => map.zoomToSelection()),
    {
      id: 'map.fold',
      title: 'Fold or unfold the gaps of the axis',
      group,
      keys: ['g'],
      whyNot: () => (map.foldable ? null : 'the axis has no gap to fold'),
      run: () => (map.folded = !map.folded),
    },
    {
      id: 'map.dimension',
      title: 'Physical or logical axis',
      group,
      keys: ['l'],
      run: () => (map.dimension = map.dimension === 'physical' ? 'logical' : 'physical'),
    },
    {
      id: 'map.smaller-unit',
      title: 'Smaller unit',
      group,
      keys: ['u'],
      run: () => bench.changeUnit(-1),
    },
    {
      id: 'map.larger-unit',
      title: 'Larger unit',
      group,
      keys: ['U'],
      run: () => bench.changeUnit(1),
    },
  ];
}
