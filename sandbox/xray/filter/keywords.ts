/** The type of what a keyword says, by the keyword in small letters: case does not count. */
export type Keywords = ReadonlyMap<string, 'boolean' | 'number' | 'string'>;

const OF_ALL = [
  ...['ok', 'error', 'throttle', 'fault', 'partial', 'inferred'].map((name) => [name, 'boolean'] as const),
  ...['responsetime', 'duration', 'http.status'].map((name) => [name, 'number'] as const),
  ...['http.url', 'http.method', 'http.useragent', 'http.clientip'].map((name) => [name, 'string'] as const),
  ...['user', 'availabilityzone', 'instance.id', 'resource.arn'].map((name) => [name, 'string'] as const),
];

/** Of a trace (X-Ray developer guide, filter expressions). `traceid` is of the sandbox: the console has a field of its own for it. */
export const TRACE_KEYWORDS: Keywords = new Map([...OF_ALL, ['traceid', 'string']]);

/** Between the braces of `service()` and `edge()`. */
export const NODE_KEYWORDS: Keywords = new Map([
  ...OF_ALL,
  ['root', 'boolean'],
  ['name', 'string'],
  ['type', 'string'],
]);

/** What AWS has and the sandbox has not: it keeps no groups, and looks for no root causes. */
export function isOnlyOfAws(word: string): boolean {
  return /^(rootcause|group)\.|^(json|first|last|remote|index|coverage|message)$/.test(word);
}
