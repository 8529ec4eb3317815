/**
 * Told whenever a group moves to another order, so that a search can find groups by what is free in them
 * (s_mb_largest_free_orders and s_mb_avg_fragment_size). How it keeps them is the search's own business:
 * lists up to 6.16, xarrays since.
 */
export interface GroupIndex {
  /** mb_set_largest_free_order(): `from` and `to` are orders, -1 for none. */
  largestOrderChanged(group: number, from: number, to: number): void;
  /** mb_update_avg_fragment_size(). */
  averageOrderChanged(group: number, from: number, to: number): void;
}
