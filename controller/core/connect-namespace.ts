import type { Needs } from './outputs.ts';
import type { Reference } from './reference.ts';
import type { FieldChange } from './resource.ts';

/**
 * How Service Connect is told its Cloud Map namespace: by name or ARN. ECS makes an HTTP namespace of a name that it does not find (ECS API
 * reference, ClusterServiceConnectDefaultsRequest; aws-cdk#25616, where a private one of that name was on its way). One that a manifest
 * declares is therefore waited for, and told by its ARN.
 */

interface Told {
  readonly namespace?: string;
}

type Declared = Reference<{ readonly arn: string }> | undefined;

/** With the ARN of the namespace that a manifest declares; without a namespace while that is not known. */
export function withNamespaceArn<Part extends Told>(told: Part, declared: Declared, needs: Needs): Part {
  if (declared === undefined) return told;
  const { namespace: _name, ...rest } = told;
  const arn = needs(declared)?.arn;
  return (arn === undefined ? rest : { ...rest, namespace: arn }) as Part;
}

/**
 * ECS shows a namespace by its ARN, or as it was told it, and which one a name means it does not say: a name that is wanted is not told
 * from an ARN that is shown, nor a declared namespace from its own name.
 */
export function isSameNamespace({ from, to }: FieldChange, declared: Declared): boolean {
  if (declared !== undefined && from === declared.name) return true;
  return isArn(from) && typeof to === 'string' && to !== '' && !isArn(to);
}

export function isArn(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('arn:');
}
