import type { Candidate } from './candidate.ts';
import { isOfSet } from './fleet/environment-sets.ts';
import { isInstance } from './fleet/instances.ts';
import type { Instance } from './fleet/instances.ts';
import type { LabelSelector } from './fleet/selector.ts';
import { settingsOf } from './fleet/settings.ts';
import { isMapping } from './mapping.ts';
import { placeOf } from './position.ts';
import type { Path } from './position.ts';

/** An override that an object has. */
export interface AppliedOverride {
  /** Its place in `spec.overrides`. */
  readonly index: number;
  /** 1-based. */
  readonly line: number;
  readonly environments: LabelSelector;
}

/** A field that an override or a variable set. */
export interface FieldSetting {
  readonly path: Path;
  /** The override; undefined: variables did. */
  readonly override: AppliedOverride | undefined;
  /** Where that was written; 1-based. */
  readonly line: number;
  /** Undefined: it was not there. */
  readonly before: unknown;
  /** Undefined: it was removed. */
  readonly after: unknown;
}

/** How a valid manifest came to be, apart from the document that it was written in. */
export interface ManifestOrigin {
  /** The EnvironmentSet that it is of. */
  readonly set?: string;
  /** Whether it is of a definition, which is of all Environments that it selects. */
  readonly isOfDefinition: boolean;
  readonly overrides: readonly AppliedOverride[];
  /** By field; of one field in the order in which it was set. Values may be secret. */
  readonly settings: () => readonly FieldSetting[];
}

export function originOf(candidate: Candidate): ManifestOrigin {
  if (!isInstance(candidate)) {
    const set = isOfSet(candidate) ? nameOf(candidate.set) : undefined;
    return {
      ...(set !== undefined && { set }),
      isOfDefinition: false,
      overrides: [],
      settings: () => [],
    };
  }
  const overrides = candidate.overrides.map((index) => appliedOverride(candidate, index));
  return { isOfDefinition: true, overrides, settings: () => fieldSettings(candidate, overrides) };
}

function appliedOverride(instance: Instance, index: number): AppliedOverride {
  const { spec } = instance.definition.document.value as {
    readonly spec: { readonly overrides: readonly { readonly environments: LabelSelector }[] };
  };
  const { environments } = spec.overrides[index]!;
  return { index, line: lineOf(instance, ['spec', 'overrides', index]), environments };
}

function fieldSettings(instance: Instance, overrides: readonly AppliedOverride[]): readonly FieldSetting[] {
  return settingsOf(instance).map(({ path, override, from, before, after }) => ({
    path,
    override: overrides.find(({ index }) => index === override),
    line: lineOf(instance, from),
    before,
    after,
  }));
}

function lineOf({ definition: { document, position } }: Instance, path: Path): number {
  return position(placeOf(document.places, path).key).line;
}

function nameOf({ document: { value } }: Candidate): string | undefined {
  const metadata = isMapping(value) ? value['metadata'] : undefined;
  const name = isMapping(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}
