/** What was read, or why it was not, with what to do: what may not be read is unknown, and never taken for absent. */
export type Read<Value> = { readonly value: Value } | { readonly unread: string };

/** What was read; of what was not, nothing. */
export function valueOf<Item>(from: Read<readonly Item[]>): readonly Item[] {
  return 'value' in from ? from.value : [];
}
