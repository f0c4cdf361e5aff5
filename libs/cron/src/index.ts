export { Schedule, scheduleProblem } from './schedule';
export { nextTicks, ticksBetween } from './ticks';
