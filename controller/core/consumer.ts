import type { Tags } from './resource.ts';

/** Who uses a daemon, known by a security group of its own (manifest reference, `spec.consumers`). */
export interface Consumer {
  readonly name: string;
  readonly securityGroup: { readonly id: string } | { readonly name: string } | { readonly tags: Tags };
}
