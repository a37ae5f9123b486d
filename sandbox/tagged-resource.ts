/** What the tagging API sees of a service's resource. */
export interface TaggedResource {
  /** Its place among the service's tagged resources: where a page can start. */
  readonly key: string;
  readonly arn: string;
  /** As ARNs and ResourceTypeFilters name it: `security-group`. */
  readonly resourceType: string;
  readonly tags: ReadonlyMap<string, string>;
}
