import { SENSITIVE, readsLikeSecret, withoutSecrets } from '../core/secrets.ts';
import type { SecretRules } from '../core/secrets.ts';
import type { Path } from '../manifest/position.ts';
import { withoutSecretSources } from '../plan/secret-sources.ts';

/**
 * A part of a manifest as it may be shown: what says a secret is hidden, where secrets are kept, and all below a name that reads like one.
 *
 * @param path Where it stands.
 */
export function shownSpec(value: unknown, rules: SecretRules, path: Path = []): unknown {
  const names = path.filter((part) => typeof part === 'string');
  if (names.some(readsLikeSecret)) return hidden(value);
  const named = withoutNamed(withoutSecretSources(value));
  return withoutSecrets(named, rules, names.at(-1));
}

function withoutNamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      readsLikeSecret(key) ? hidden(inner) : withoutNamed(inner),
    ]),
  );
}

function hidden(value: unknown): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value !== 'object') return SENSITIVE;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hidden(inner)]));
}
