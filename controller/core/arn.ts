/** Where resources are, as their ARNs say it. */
export interface Place {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

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
