/**
 * The order in which the driver requests runs, timers, signals and state from Restate. Restate replays it, so it is a format: a change that
 * decides anything else for a journal of today raises this number. That includes what is compacted (`rangeAfter` and `Compactor` of saga-core):
 * the record of a saga is written in the journal. Only the version that began a saga drives it.
 */
export const DRIVER_VERSION = 3;
