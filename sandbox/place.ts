/** Where a regional state lives; services make ids and ARNs from it. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}
