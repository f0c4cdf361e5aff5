/** The scope under which counters count all runs of a project; a deployment's are counted under its id. */
export const WHOLE_PROJECT = '';

/** Widths of the buckets in which runs are counted by their start. Wider ones are sums of these. */
export const MINUTE_SECONDS = 60;
export const HOUR_SECONDS = 3_600;
export const DAY_SECONDS = 86_400;
