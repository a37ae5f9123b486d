/** Documents of a call of PutTraceSegments (X-Ray API reference). */
const MAX_DOCUMENTS = 50;
/** Bytes of a call's documents, so that its body stays within 1 MiB even where most characters are escaped. */
const MAX_BYTES = 400 * 1024;

/** Documents that wait to be sent, in their order. */
export interface Held {
  /** False where there is no room for it. */
  add(document: string): boolean;
  /** Whether there is enough for a call. */
  isFull(): boolean;
  /** Takes out what one call sends; nothing where nothing waits. */
  take(): readonly string[];
}

/** `limit`: bytes of documents in UTF-8. */
export function createHeld(limit: number): Held {
  const documents: { readonly text: string; readonly bytes: number }[] = [];
  let held = 0;
  return {
    add(text) {
      const bytes = Buffer.byteLength(text);
      if (held + bytes > limit) return false;
      documents.push({ text, bytes });
      held += bytes;
      return true;
    },
    isFull: () => documents.length >= MAX_DOCUMENTS || held >= MAX_BYTES,
    take() {
      let count = 0;
      let taken = 0;
      for (const { bytes } of documents.slice(0, MAX_DOCUMENTS)) {
        if (count > 0 && taken + bytes > MAX_BYTES) break;
        count += 1;
        taken += bytes;
      }
      held -= taken;
      return documents.splice(0, count).map(({ text }) => text);
    },
  };
}
