import { digest } from '../../core/ownership.ts';
import type { ManifestOf } from '../manifest.ts';

/** Of the annotations this one alone asks for something to be done. */
const RESTARTED_AT = 'stationkeeper.dev/restarted-at';

/** A document as it is written, with the texts of the files that it names. */
export interface WrittenDefinition {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Digest of a definition as written, without `rollout` and annotations except `restarted-at` (contract section 6). */
export function definitionDigest({ kind, metadata, spec }: WrittenDefinition): string {
  const { rollout: _goesBy, ...rest } = spec;
  return digest({ kind, ...ofMetadata(metadata), spec: rest });
}

/**
 * Digest of what a definition comes to in one Environment, before defaults, with the Environment's spec as written; undefined: of the one that
 * nobody declares. A new version of the controller must not change it, or an upgrade would begin everything anew.
 */
export function expansionDigest(
  { kind, metadata, spec }: ManifestOf<'DaemonService'>,
  environment: object | undefined,
): string {
  const { rollout: _goesBy, environments: _selects, ...rest } = spec;
  return digest({ kind, ...ofMetadata(metadata), spec: rest, environment: environment ?? {} });
}

function ofMetadata({ name, labels = {}, annotations = {} }: WrittenDefinition['metadata']): object {
  const restartedAt = annotations[RESTARTED_AT];
  return { name, labels, ...(restartedAt !== undefined && { restartedAt }) };
}
