/** What an AWS service takes as the name of a resource that is made in it. */
export interface NameRules {
  /** Who asks for it: `IAM`. */
  readonly service: string;
  /** A regular expression in JSON Schema's words, beside the length. */
  readonly pattern: string;
  /** Most characters. */
  readonly most: number;
  /** Completes "the name …" where the pattern does not match. */
  readonly says: string;
  /** Names that the pattern allows and the service does not, with what it says of them. */
  readonly reserved?: readonly (readonly [names: RegExp, says: string])[];
}

/** Why a service does not take a name; completes "the name …". Undefined where it does. */
export function whyNotNamed(
  { service, pattern, most, says, reserved = [] }: NameRules,
  name: string,
): string | undefined {
  if (name.length > most) return `has ${name.length} characters and ${service} allows ${most}`;
  if (!new RegExp(pattern, 'u').test(name)) return says;
  return reserved.find(([names]) => names.test(name))?.[1];
}

/** Clusters, services and families (ECS API reference). */
export const ECS_NAMING: NameRules = {
  service: 'ECS',
  pattern: '^[A-Za-z0-9_-]+$',
  most: 255,
  says: 'must be at most 255 letters, digits, hyphens and underscores',
};
