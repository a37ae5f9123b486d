/** A map whose entries can be walked in key order from any key on: what pages and prefixes need. */
export class SortedMap<Value> {
  readonly #values = new Map<string, Value>();
  readonly #keys: string[] = [];

  get size(): number {
    return this.#keys.length;
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  set(key: string, value: Value): void {
    if (!this.#values.has(key)) this.#keys.splice(this.#position(key), 0, key);
    this.#values.set(key, value);
  }

  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false;
    this.#keys.splice(this.#position(key), 1);
    return true;
  }

  /** Keys with values, in key order. */
  entries(): Generator<readonly [string, Value]> {
    return this.from('');
  }

  /** In key order. */
  *values(): Generator<Value> {
    for (const [, value] of this.from('')) yield value;
  }

  /** In the order in which their keys came, which is quicker: for those who count. */
  unsorted(): IterableIterator<Value> {
    return this.#values.values();
  }

  /** Entries with keys not before `key`, in key order. */
  *from(key: string): Generator<readonly [string, Value]> {
    for (let index = this.#position(key); index < this.#keys.length; index++) {
      const found = this.#keys[index]!;
      yield [found, this.#values.get(found)!];
    }
  }

  /** Index of the first key that is not before `key`. */
  #position(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
