/** One figure, beside the floor that was measured in the same run. */
export interface BenchRow {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  /** The same work with nothing of ours in the way. */
  readonly floor?: number;
  /** How much of the floor is reached: `value / floor` for rates. */
  readonly ratio?: number;
}

export interface BenchReport {
  readonly name: string;
  /** How acknowledged events were kept while this was measured. */
  readonly durability: string;
  readonly rows: readonly BenchRow[];
}

/** The report as a table for the terminal. */
export function printReport({ name, durability, rows }: BenchReport): string {
  const width = Math.max(...rows.map(({ label }) => label.length), 0);
  const lines = rows.map(
    (row) => `  ${row.label.padEnd(width)}  ${figure(row.value)} ${row.unit}${beside(row)}`,
  );
  return `\n${name} (durability: ${durability})\n${lines.join('\n')}\n`;
}

function beside({ floor, ratio, unit }: BenchRow): string {
  const floorText = floor === undefined ? '' : `   floor ${figure(floor)} ${unit}`;
  const ratioText = ratio === undefined ? '' : `   ${Math.round(ratio * 100)} % of the floor`;
  return floorText + ratioText;
}

function figure(value: number): string {
  return value >= 100
    ? Math.round(value).toLocaleString('en-US').padStart(9)
    : value.toFixed(2).padStart(9);
}
