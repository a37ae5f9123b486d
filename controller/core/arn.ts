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

/** The ARN of a resource that has a Region: `ecs` and `cluster/xray` give `arn:aws:ecs:us-east-1:385605022855:cluster/xray`. */
export function regionalArn(
  { partition, region, accountId }: Place,
  service: string,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** The ARN of a role: IAM belongs to no Region, so that its ARNs name none. */
export function roleArn({ partition, accountId }: Place, name: string): string {
  return `arn:${partition}:iam::${accountId}:role/${name}`;
}
