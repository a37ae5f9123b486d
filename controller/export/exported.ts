import { groupBy } from '../core/order.ts';
import type { ManifestKind, ManifestRef } from '../core/resource.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import type { ManifestSpecs } from '../manifest/schema/index.ts';

/** A manifest of what runs, before it is text. */
export type ExportedManifest = {
  readonly [Kind in ManifestKind]: {
    readonly kind: Kind;
    readonly name: string;
    readonly spec: ManifestSpecs[Kind];
    /** What the manifest cannot say, and what else its reader should know. */
    readonly notes: readonly string[];
    /** Beside the one that adopts. */
    readonly annotations?: Readonly<Record<string, string>>;
    /** It says less than there is, and only keeps what is applied from being removed. */
    readonly isPlaceholder?: true;
  };
}[ManifestKind];

/** What became of one ECS service. */
export interface ExportedService {
  readonly cluster: string;
  readonly serviceName: string;
  /** Of the manifest that it has, or would have. */
  readonly manifest: ManifestRef;
  /** Why it has none: adopting it could change something. Empty where it has one. */
  readonly leftOut: readonly string[];
  readonly notes: readonly string[];
}

export interface Exported {
  /** By kind in the order of creation, and name. */
  readonly manifests: readonly ExportedManifest[];
  /** By cluster and name. */
  readonly services: readonly ExportedService[];
}

/** A note, and whose it is. */
export interface Note {
  readonly note: string;
  readonly manifests: readonly ManifestRef[];
}

/** Each note once, in the order in which they come up: what services share is said of all of them together. */
export function notesOf({ services }: Exported): readonly Note[] {
  const all = services.flatMap(({ manifest, notes }) => notes.map((note) => ({ note, manifest })));
  return [...groupBy(all, ({ note }) => note)].map(([note, its]) => ({
    note,
    manifests: its.map(({ manifest }) => manifest),
  }));
}

/** A part of a daemon service's spec, or what of it no manifest can say. */
export interface Part<Spec = Partial<DaemonServiceManifestSpec>> {
  readonly spec: Spec;
  /** What adopting could change or lose: the service is left out. */
  readonly obstacles: readonly string[];
  /** What stays as it is although no manifest says it. */
  readonly notes: readonly string[];
}

/** The members that are there: a manifest says nothing of what is as the language has it. */
export function present<Fields extends object>(fields: Fields): PresentOf<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as PresentOf<Fields>;
}

type PresentOf<Fields> = {
  [Name in keyof Fields as undefined extends Fields[Name]
    ? never
    : null extends Fields[Name]
      ? never
      : Name]: Fields[Name];
} & {
  [Name in keyof Fields as undefined extends Fields[Name]
    ? Name
    : null extends Fields[Name]
      ? Name
      : never]?: NonNullable<Fields[Name]>;
};
