/** What the allocator knows of a part of the volume at one moment of a plan. */
export { groupColumns } from './columns.ts';
export { LayersLook, type Layers, type LayersWanted } from './look.ts';
