export type Datagram =
  /** What goes into TraceSegmentDocuments as it came. */
  | { readonly document: string }
  /** What is wrong with it, as a predicate of "a datagram". */
  | { readonly malformed: string };

/**
 * A datagram of an X-Ray SDK: the line `{"format": "json", "version": 1}`, and a segment document (X-Ray developer guide, "Sending
 * trace data to X-Ray"). All that stands behind the line is one document, whatever it holds, as AWS's daemon has it.
 */
export function readDatagram(bytes: Uint8Array): Datagram {
  const text = new TextDecoder().decode(bytes);
  const end = text.indexOf('\n');
  if (!isHeader(end < 0 ? text : text.slice(0, end))) {
    return { malformed: 'does not begin with the line {"format": "json", "version": 1}' };
  }
  const document = end < 0 ? '' : text.slice(end + 1);
  return document.trim() === '' ? { malformed: 'has no segment behind its first line' } : { document };
}

function isHeader(line: string): boolean {
  try {
    const header = JSON.parse(line) as { readonly format?: unknown; readonly version?: unknown } | null;
    return (
      header?.version === 1 && typeof header.format === 'string' && header.format.toLowerCase() === 'json'
    );
  } catch {
    return false;
  }
}
