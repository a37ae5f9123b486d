/** When AWS says that something was made, as an observation has it; nothing where AWS does not tell. */
export function createdAt(date: Date | undefined): { readonly createdAt?: number } {
  return date === undefined ? {} : { createdAt: date.getTime() };
}
