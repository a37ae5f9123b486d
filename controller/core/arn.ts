/** Where resources are, as their ARNs say it. */
export interface Place {
  /** `aws`, `aws-cn`, `aws-eusc` … */
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** What AWS's Regions are called, of partitions to come too: `us-east-1`, `eusc-de-east-1`. Not whether there is such a Region. */
export const REGION_NAME = '^[a-z]+(-[a-z0-9]+)+-[0-9]+$';

/** The ARN of a role, its path included (IAM API reference: Path, RoleName). */
export const ROLE_ARN = '^arn:aws[a-z-]*:iam::[0-9]{12}:role/([!-~]+/)?[A-Za-z0-9+=,.@_-]{1,64}$';

/** A role within its account: its name, behind its path without the first slash. What begins like an ARN is none (IAM API reference: Path, RoleName). */
export const ROLE_IN_ACCOUNT = '^(?!arn:)([!-)+-.0->@-~][!-)+->@-~]*/)?[A-Za-z0-9+=,.@_-]{1,64}$';

/** The ARN of a managed policy of AWS's or of an account's own, its path included (IAM API reference: policyPathType, PolicyName). */
export const POLICY_ARN =
  'arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/([!-)+->@-~]+/)?[A-Za-z0-9+=,.@_-]{1,128}';

/** A role's path (IAM API reference: pathType), without the characters that are wildcards in policies. */
export const ROLE_PATH = '^/([!-)+->@-~]+/)?$';

/** What a role's trust may ask of who assumes it: 2 to 1224 characters (STS API reference, AssumeRole, ExternalId). */
export const EXTERNAL_ID = '^[A-Za-z0-9_+=,.@:/-]{2,1224}$';

/** Whose alone a role is that AWS made, and whose trust nobody else can change. Undefined where it may be anybody's. */
export function notForUse(arn: string): string | undefined {
  if (arn.includes(':role/aws-service-role/')) return 'a service-linked role is for its own service';
  if (arn.includes(':role/aws-reserved/')) return 'a role of IAM Identity Center is for those who sign in';
  return undefined;
}

/** The ARN of a resource that has a Region: `ecs` and `cluster/xray` give `arn:aws:ecs:us-east-1:385605022855:cluster/xray`. */
export function regionalArn(
  { partition, region, accountId }: Place,
  service: string,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** The ARN of a role: IAM belongs to no Region, so that its ARNs name none; but they name the path that it has, `/teams/`. */
export function roleArn(
  { partition, accountId }: Place,
  { name, path = '/' }: { readonly name: string; readonly path?: string },
): string {
  return `arn:${partition}:iam::${accountId}:role${path}${name}`;
}
