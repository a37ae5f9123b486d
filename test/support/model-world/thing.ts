import type { KindName, ResourceId, Tags } from '../../../controller/core/resource.ts';

/** What git wants of a toy. */
export interface ToySpec {
  readonly size: number;
  readonly colour: string;
  /** Cannot be changed in place. */
  readonly form: string;
  /** What it is built on, by kind. */
  readonly links: Readonly<Record<KindName, ResourceId>>;
}

/** What the model cloud has of a toy, in the words of its spec: of what it is built on their ids, null where it has let go. */
export interface ToyState {
  readonly size: number;
  readonly colour: string;
  readonly form: string;
  readonly links: Readonly<Record<KindName, string | null>>;
  /** Objects that newer ones took the place of. */
  readonly old: readonly string[];
  /** How many are in it. */
  readonly contents: number;
  /** Something of others is in it, which forbids its deletion. */
  readonly isOccupied: boolean;
}

/** A resource of the model cloud at one moment; a change makes another one. */
export interface Thing {
  /** What others refer to it by; another one once it is made anew. */
  readonly id: string;
  readonly key: string;
  readonly kind: KindName;
  readonly name: string;
  readonly scope: string | undefined;
  /** Empty for what all Regions share. */
  readonly region: string;
  readonly tags: Tags;
  readonly size: number;
  readonly colour: string;
  readonly form: string;
  readonly links: Readonly<Record<KindName, string | null>>;
  readonly old: readonly string[];
  /** What its users lack there, and what others have put there. */
  readonly missing: number;
  readonly isOccupied: boolean;
  readonly status: 'ready' | 'making' | 'rolling' | 'leaving';
  /** When that ends, on AWS's clock. */
  readonly until: number;
  readonly createdAt: number;
}

/** Where it counts as being: what all Regions share says so itself. */
export function regionOf({ region, tags }: Pick<Thing, 'region' | 'tags'>): string | undefined {
  return region === '' ? tags['stationkeeper:region'] : region;
}

export function thingKey(region: string, kind: KindName, name: string, scope: string | undefined): string {
  return `${region}|${kind}|${scope ?? ''}|${name}`;
}

export function arnOf({
  region,
  kind,
  scope,
  name,
}: Pick<Thing, 'region' | 'kind' | 'scope' | 'name'>): string {
  return `arn:aws:logs:${region}:123456789012:${kind}/${scope ?? ''}/${name}`;
}
