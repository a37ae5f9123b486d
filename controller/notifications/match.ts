import type { Concerned } from './problem.ts';
import type { Severity } from './severity.ts';

/** Which news a receiver takes; what is absent excludes nothing. Lists hold globs, in which `*` is any text and `?` any character. */
export interface Match {
  /** `xray`, `otel-*`, `Cluster/*`: a pattern without a slash is about the name alone. */
  readonly objects?: readonly string[];
  readonly environments?: readonly string[];
  readonly severities?: readonly Severity[];
  readonly reasons?: readonly string[];
}

/** What a receiver's match is asked about. */
interface Matched {
  readonly reason: string;
  readonly severity: Severity;
  readonly objects: readonly Concerned[];
  readonly environments: readonly string[];
}

/**
 * The news with those objects alone that a receiver asked for, or undefined where it did not ask for the news. What is of no object, as a
 * source that nobody can read, concerns all of them, and so passes every pattern for objects and Environments.
 */
export function narrowed<News extends Matched>(news: News, match: Match): News | undefined {
  const { severities } = match;
  if (severities !== undefined && !severities.includes(news.severity)) return undefined;
  if (!isAmong(news.reason, match.reasons)) return undefined;
  if (news.objects.length === 0) return news;
  const objects = news.objects.filter(
    (object) => isObjectAmong(object, match.objects) && isPlaceAmong(object, news, match.environments),
  );
  if (objects.length === 0) return undefined;
  if (objects.length === news.objects.length) return news;
  const places = new Set(objects.map(({ environment }) => environment));
  return { ...news, objects, environments: news.environments.filter((name) => places.has(name)) };
}

function isObjectAmong({ kind, name }: Concerned, patterns: readonly string[] | undefined): boolean {
  return (
    patterns === undefined ||
    patterns.some((pattern) => globOf(pattern).test(pattern.includes('/') ? `${kind}/${name}` : name))
  );
}

/** What is of no Environment, as a Rollout, is where its definitions are. */
function isPlaceAmong(
  { environment }: Concerned,
  { environments }: Matched,
  patterns: readonly string[] | undefined,
): boolean {
  if (environment !== '') return isAmong(environment, patterns);
  return environments.length === 0 || environments.some((name) => isAmong(name, patterns));
}

function isAmong(text: string, patterns: readonly string[] | undefined): boolean {
  return patterns === undefined || patterns.some((pattern) => globOf(pattern).test(text));
}

const globs = new Map<string, RegExp>();

function globOf(pattern: string): RegExp {
  const known = globs.get(pattern);
  if (known !== undefined) return known;
  // Several stars in a row mean what one does, and would take long.
  const source = pattern
    .replaceAll(/\*+/g, '*')
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const made = new RegExp(`^${source}$`, 's');
  globs.set(pattern, made);
  return made;
}
