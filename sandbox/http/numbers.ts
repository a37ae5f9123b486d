/** What every number is that an operation here takes, fractions and times in milliseconds apart; what AWS calls long, it limits to as much. */
export function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
}
