/** The CloudWatch alarms that are in ALARM, in every account and Region: there is no CloudWatch here, and people say so. */
export class Alarms {
  readonly #raised = new Set<string>();

  raise(name: string): void {
    this.#raised.add(name);
  }

  /** False where it was not in ALARM. */
  clear(name: string): boolean {
    return this.#raised.delete(name);
  }

  clearAll(): void {
    this.#raised.clear();
  }

  list(): readonly string[] {
    return [...this.#raised];
  }

  /** Those of `names` that are in ALARM. */
  among(names: readonly string[]): readonly string[] {
    return names.filter((name) => this.#raised.has(name));
  }
}
