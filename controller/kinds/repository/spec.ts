import type { SpecOf } from '../../core/fields/field.ts';
import { POLICIES, REPOSITORY } from './fields.ts';

export const FIELDS = { ...REPOSITORY.fields, ...POLICIES.fields };

/** An ECR repository. What it has of FIELDS, a manifest says. */
export interface RepositorySpec extends SpecOf<typeof FIELDS> {
  readonly name: string;
  /** It is deleted with the images in it. */
  readonly forceDelete?: true;
}

/** What is ours only where a manifest says it, and goes back to what a new repository has where it says it no more. */
export const OPTIONAL_FIELDS = [
  'imageTagMutability',
  'imageTagMutabilityExclusionFilters',
  'imageScanningConfiguration',
  'lifecyclePolicy',
  'repositoryPolicy',
] as const satisfies readonly (keyof typeof FIELDS)[];
