/** `part` of `whole` in per cent with two decimals; 0 when there is nothing (contracts/automation.md C.5). */
export function percentage(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 100;
}
