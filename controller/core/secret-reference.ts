/** A secret of Secrets Manager, and the version of it that is meant. */
export interface SecretReference {
  /** ARN, with or without the six characters that Secrets Manager adds to it, or name. */
  readonly secret: string;
  readonly versionStage?: string;
  readonly versionId?: string;
}

const PARTS_OF_ARN = 7;

/** As ECS takes it: `ARN`, `ARN:JSON key:version stage:version id`, or a name (ECS developer guide, secrets from Secrets Manager). */
export function secretReference(source: string): SecretReference {
  if (!source.startsWith('arn:')) return { secret: source };
  const parts = source.split(':');
  const [, versionStage = '', versionId = ''] = parts.slice(PARTS_OF_ARN);
  return {
    secret: parts.slice(0, PARTS_OF_ARN).join(':'),
    ...(versionStage !== '' && { versionStage }),
    ...(versionId !== '' && { versionId }),
  };
}

/** The same without the JSON key, which says nothing of whether it is there. */
export function withoutJsonKey(source: string): string {
  const { secret, versionStage = '', versionId = '' } = secretReference(source);
  return versionStage === '' && versionId === '' ? secret : `${secret}::${versionStage}:${versionId}`;
}

/**
 * What people are told of a source that is not there: an ARN and a path say where a secret is, while any other name may be the secret itself,
 * written in the wrong place.
 */
export function shownSource(source: string): string {
  return /^(?:arn:|\/)/.test(source) ? source : 'of that name';
}

/** The ARN that IAM asks for: the whole of it, while Secrets Manager reads a secret by its ARN without the six characters that it has added. */
export function wholeSecretArn(source: string): string {
  const { secret } = secretReference(source);
  return /-[A-Za-z0-9]{6}$/.test(secret) ? secret : `${secret}-??????`;
}
