/** Where a resource is that has a Region. */
export interface Place {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

export function regionalArn(
  { partition, region, accountId }: Place,
  service: string,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** Of IAM, which is of no Region. */
export function roleArn({ partition, accountId }: Place, name: string): string {
  return `arn:${partition}:iam::${accountId}:role/${name}`;
}
