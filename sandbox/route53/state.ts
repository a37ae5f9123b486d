import type { ResourceRecordSet } from '@aws-sdk/client-route-53';

/** A VPC whose resolver asks a private zone. */
export interface ZoneVpc {
  readonly vpcId: string;
  readonly region: string;
}

/** A hosted zone that somebody made in Route 53 itself; those of Cloud Map are its namespaces'. */
export interface OwnZone {
  readonly id: string;
  /** Without the last dot, in lower case. */
  readonly name: string;
  readonly callerReference: string;
  readonly createDate: Date;
  comment: string;
  /** Of a private zone; undefined of a public one. */
  readonly vpcs: ZoneVpc[] | undefined;
  /** By `recordKey`. */
  readonly recordSets: Map<string, ResourceRecordSet>;
}

export interface ZoneChange {
  readonly id: string;
  readonly submittedAt: Date;
  readonly comment: string | undefined;
  status: 'PENDING' | 'INSYNC';
}

/** What of Route 53 an account has, in all Regions. */
export interface Route53State {
  /** By id. */
  readonly zones: Map<string, OwnZone>;
  /** By the id of a zone, also of one that Cloud Map made. */
  readonly tags: Map<string, Map<string, string>>;
  /** By id, oldest first; the oldest are forgotten. */
  readonly changes: Map<string, ZoneChange>;
}

export function createRoute53State(): Route53State {
  return { zones: new Map(), tags: new Map(), changes: new Map() };
}
