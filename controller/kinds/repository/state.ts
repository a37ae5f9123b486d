import type { StateOf } from '../../core/fields/field.ts';
import type { FIELDS } from './spec.ts';

/** A repository as ECR shows it. The policies are read only of one whose manifest says them, or said them before. */
type Known = { readonly [Field in keyof typeof FIELDS]?: StateOf<typeof FIELDS>[Field] | undefined };

export interface RepositoryState extends Known {
  /** What is in it, of one that may be deleted. */
  readonly images?: ImageCount;
}

export interface ImageCount {
  readonly count: number;
  /** There are more than were counted. */
  readonly isLeast: boolean;
}
