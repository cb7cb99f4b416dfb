/**
 * In the value of a record, in the map of those that belong to the copy: whether it will be in the target at the end, its row,
 * and whether it is held.
 */
export const isThereAt = 0;
export const rowAt = 1;
export const isHeldAt = 2;
