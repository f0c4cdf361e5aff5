import { InvalidInputError } from '@runnel/errors';

const MAX_PAGE_SIZE = 100;
/** Beyond it a list is read by position or filtered; the product is what an offset scan has to skip. */
const MAX_SKIPPED = 10_000_000;

/**
 * Rows to skip for a page that is asked for by number.
 * @throws InvalidInputError VALIDATION for anything but whole numbers in bounds
 */
export function offsetOf({
  page,
  limit,
}: {
  readonly page: number;
  readonly limit: number;
}): number {
  assertWithin('limit', limit, 1, MAX_PAGE_SIZE);
  assertWithin('page', page, 1, MAX_SKIPPED);
  return Math.min(MAX_SKIPPED, (page - 1) * limit);
}

/** Throws InvalidInputError VALIDATION unless `value` is a whole number from `low` to `high`. */
export function assertWithin(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new InvalidInputError(
    'VALIDATION',
    `${name} must be a whole number from ${low} to ${high}`,
  );
}
