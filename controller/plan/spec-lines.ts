import { ENVIRONMENT_KIND } from '../core/reference.ts';
import type { Desired } from '../core/resource.ts';
import { readsLikeSecret, SENSITIVE, withoutSecrets } from '../core/secrets.ts';
import { withoutSecretSources } from './secret-sources.ts';
import { show } from './show.ts';
import { countOfLines, shownLines, textDiff } from './text-diff.ts';

/** The fields of a spec that will be created, one `path: value` a line; secrets hidden, references by their display id. */
export function specLines({
  spec,
  secrets = [],
  secretRules = [],
}: Pick<Desired, 'spec' | 'secrets' | 'secretRules'>): readonly string[] {
  const shown = withoutSecrets(withoutSecretSources(spec), secretRules);
  return fieldLines('', shown, (path) => secrets.includes(withoutKeys(path)));
}

/** Whether the value at a path must not be shown. */
type IsHidden = (path: string) => boolean;

const ALL: IsHidden = () => true;

function fieldLines(path: string, value: unknown, isHidden: IsHidden): readonly string[] {
  if (value === undefined || value === null || isEmpty(value)) return [];
  const hidden = isHidden(path);
  if (hidden && typeof value !== 'object') return [`${path}: ${SENSITIVE}`];
  // Everything stands in an environment; saying so on every resource helps nobody.
  if (isReference(value))
    return value.kind === ENVIRONMENT_KIND ? [] : [`${path}: ${value.kind}/${value.name}`];
  if (Array.isArray(value)) return listLines(path, value, hidden ? ALL : isHidden);
  if (typeof value !== 'object') return valueLines(path, value);
  return Object.entries(value).flatMap(([key, inner]) =>
    fieldLines(
      path === '' ? key : `${path}.${key}`,
      inner,
      hidden || isNamedSecret(path, key) ? ALL : isHidden,
    ),
  );
}

/** A text of several lines is shown below its field. */
function valueLines(path: string, value: unknown): readonly string[] {
  const diff = textDiff(null, value);
  if (diff === undefined) return [`${path}: ${show(value)}`];
  return [`${path}: ${countOfLines(diff.added)}`, ...shownLines(diff).map((line) => `    ${line.slice(1)}`)];
}

/** Plain lists are shown on one line, flat entries (a rule, a port mapping) on one each, others field by field. */
function listLines(path: string, items: readonly unknown[], isHidden: IsHidden): readonly string[] {
  const hidden = isHidden(path);
  if (items.every(isPlain)) return hidden ? [`${path}: ${SENSITIVE}`] : valueLines(path, items);
  return items.flatMap((item, index) => {
    const at = `${path}[${nameOf(item) ?? index}]`;
    const isFlat = nameOf(item) === undefined && !hidden && Object.values(item as object).every(isPlain);
    return isFlat && !isReference(item) ? [`${at}: ${show(item)}`] : fieldLines(at, item, isHidden);
  });
}

/** An entry of a container, of its environment or labels say, whose name reads like a secret. */
function isNamedSecret(path: string, key: string): boolean {
  return path.startsWith('containers[') && readsLikeSecret(key);
}

function withoutKeys(path: string): string {
  return path.replaceAll(/\[[^\]]*\]/g, '');
}

function isReference(value: unknown): value is { readonly kind: string; readonly name: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'environment' in value &&
    'kind' in value &&
    'name' in value
  );
}

function nameOf(item: unknown): string | undefined {
  const name = (item as { readonly name?: unknown } | null)?.name;
  return typeof name === 'string' ? name : undefined;
}

function isPlain(item: unknown): boolean {
  return typeof item !== 'object' || item === null;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
