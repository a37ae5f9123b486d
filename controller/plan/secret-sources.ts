import { SENSITIVE } from '../core/secrets.ts';

/** A Secrets Manager secret or an SSM parameter: what `secrets` of a manifest names, and a role's statement names again. */
const SECRET_ARN = /^arn:[\w-]+:(?:secretsmanager:[^:]*:[^:]*:secret:|ssm:[^:]*:[^:]*:parameter\/)/;
/** The keys under which a statement names an SSM parameter or a secret, by its name instead of its ARN. */
const SECRET_NAMES: readonly string[] = ['ssmParameter', 'secretName'];

/** A value with every source of a secret in it hidden, however deep. */
export function withoutSecretSources(value: unknown): unknown {
  if (typeof value === 'string') return SECRET_ARN.test(value) ? SENSITIVE : value;
  if (Array.isArray(value)) return value.map(withoutSecretSources);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET_NAMES.includes(key) ? SENSITIVE : withoutSecretSources(inner),
    ]),
  );
}
