import type { ManifestKind, ManifestRef, Tags } from '../core/resource.ts';
import type { ManifestSpecs } from './schema/index.ts';

/** A valid manifest, as written: defaults are filled in by expand/. */
export interface ManifestOf<Kind extends ManifestKind> {
  readonly kind: Kind;
  readonly metadata: {
    readonly name: string;
    readonly labels: Tags;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: ManifestSpecs[Kind];
  /** The Rollout that its definition goes through, and the definition's digest; absent where it goes through none. */
  readonly staged?: { readonly rollout: string; readonly digest: string };
  /** Where it was written; `line` is 1-based. */
  readonly from: { readonly file: string; readonly line: number };
}

export type Manifest = { readonly [Kind in ManifestKind]: ManifestOf<Kind> }[ManifestKind];

/** What is wrong with a document, and what would be right. Never holds the value of a secret or environment variable. */
export interface ManifestError {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** `spec.containers[0].cpu`; empty for the document or the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** What the bad document declares, where its kind and name could be read: it is reported and left untouched. */
  readonly objects?: readonly MeantObject[];
}

/** An object that a document declares, be it valid or not. */
export interface MeantObject {
  readonly manifest: ManifestRef;
  /** The Environment that it names; absent where it names none, or that could not be read. */
  readonly environment?: string;
}

/** A document that is none of ours, and no error. */
export interface IgnoredDocument {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** Why, to be read behind its place: `has an apiVersion that is not ours: apps/v1`. */
  readonly message: string;
}

export function refOf(manifest: Manifest): ManifestRef {
  return { kind: manifest.kind, name: manifest.metadata.name };
}

/** The Environment that applies where none is declared. */
export const IMPLICIT_ENVIRONMENT = 'default';

/** The Environment that a manifest is of, given all of them; of manifests that declare none, the implicit one. */
export function environmentsOf(manifests: readonly Manifest[]): (manifest: Manifest) => string {
  const first = manifests.find(({ kind }) => kind === 'Environment')?.metadata.name ?? IMPLICIT_ENVIRONMENT;
  return (manifest) =>
    manifest.kind === 'Environment' ? manifest.metadata.name : (manifest.spec.environment ?? first);
}
