/** Why tasks do not get at a thing: it is not there, nobody lets them, or no network leads to it. */
export type Obstacle = 'missing' | 'denied' | 'unreachable';

export const OBSTACLES: readonly Obstacle[] = ['missing', 'denied', 'unreachable'];

/** What tasks name and do not get at. The sandbox holds no secrets, files, file systems and images: all are there but these. */
export interface Unavailable {
  /** As a task definition names it: an image, an ARN, an id, a name. */
  readonly reference: string;
  readonly because: Obstacle;
}

/** What is unavailable, in every account and Region, in the order in which it became so. */
export class Unavailables {
  readonly #byReference = new Map<string, Unavailable>();

  add(unavailable: Unavailable): void {
    this.#byReference.set(unavailable.reference, unavailable);
  }

  list(): readonly Unavailable[] {
    return [...this.#byReference.values()];
  }

  /** False where it was not unavailable. */
  remove(reference: string): boolean {
    return this.#byReference.delete(reference);
  }

  clear(): void {
    this.#byReference.clear();
  }

  /** Why a thing is unavailable that goes by any of these references; undefined where it is there. */
  obstacleTo(references: readonly string[]): Obstacle | undefined {
    for (const reference of references) {
      const found = this.#byReference.get(reference);
      if (found !== undefined) return found.because;
    }
    return undefined;
  }
}
