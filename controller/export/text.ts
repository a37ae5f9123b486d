import { Document, visit } from 'yaml';
import { manifestKey } from '../core/resource.ts';
import { API_VERSION } from '../manifest/schema/metadata.ts';
import type { ManifestFile } from '../manifest/parse.ts';
import { notesOf } from './exported.ts';
import type { Exported, ExportedManifest, ExportedService, Note } from './exported.ts';
import { valuesInFiles } from './values-in-files.ts';

export interface ExportedFile {
  /** Without a folder. */
  readonly file: string;
  readonly text: string;
  /** `Kind/name`. */
  readonly manifests: readonly string[];
  /** Files that its manifests name. */
  readonly beside: readonly ManifestFile[];
  /** It gives way to any file that says more. */
  readonly isPlaceholder: boolean;
}

/** What the daemon services share. */
const SHARED_FILE = 'environment.yaml';

/** Where variables of several lines go: into the manifest, or into files beside it. */
export type LongValues = 'inline' | 'in files';

/** A file for each daemon service, and one for what they share. Where nothing is written there are none. */
export function exportedFiles(exported: Exported, longValues: LongValues): readonly ExportedFile[] {
  const once = new Set(sharedNotes(exported).map(({ note }) => note));
  const manifests = exported.manifests.map((manifest) => ({
    ...manifest,
    notes: manifest.notes.filter((note) => !once.has(note)),
  }));
  const shared = manifests.filter(({ kind }) => kind !== 'DaemonService');
  const daemons = manifests.filter((manifest) => manifest.kind === 'DaemonService');
  if (daemons.length === 0) return [];
  return [
    { ...fileOf(SHARED_FILE, shared, headerOf(exported)), beside: [], isPlaceholder: false },
    ...daemons.map((manifest) => {
      const file = `${manifest.name}.yaml`;
      const { spec, beside } =
        longValues === 'in files'
          ? valuesInFiles(manifest.name, manifest.spec)
          : { spec: manifest.spec, beside: [] };
      return {
        ...fileOf(file === SHARED_FILE ? `${manifest.name}-daemon.yaml` : file, [{ ...manifest, spec }], []),
        beside,
        isPlaceholder: manifest.isPlaceholder === true,
      };
    }),
  ];
}

/** A manifest as it is written: in its spec a file may stand for a text. */
type Written = Omit<ExportedManifest, 'spec'> & { readonly spec: object };

function fileOf(
  file: string,
  manifests: readonly Written[],
  header: readonly string[],
): Omit<ExportedFile, 'beside' | 'isPlaceholder'> {
  const head = header.map((line) => `# ${line}\n`).join('');
  const documents = manifests.map(documentText);
  return {
    file,
    text: [head === '' ? '' : `${head}\n`, documents.join('---\n')].join(''),
    manifests: manifests.map(manifestKey),
  };
}

function headerOf(exported: Exported): readonly string[] {
  const { services } = exported;
  return [
    'stationkeeper export wrote this from what runs in the account.',
    'Applying these manifests adopts it and changes tags only; the controller then keeps it as they say, and deletes it with them.',
    ...services.filter(({ leftOut }) => leftOut.length > 0).map(leftOutText),
    ...sharedNotes(exported).map(noteText),
  ];
}

/** What several manifests have to say, which stands once, before all of them. */
function sharedNotes(exported: Exported): readonly Note[] {
  return notesOf(exported).filter(({ manifests }) => manifests.length > 1);
}

/** `DaemonService/a, DaemonService/b: role x is used by its ARN and never changed: …`. */
export function noteText({ note, manifests }: Note): string {
  return `${manifests.map(manifestKey).join(', ')}: ${note}`;
}

/** `left out: service web of cluster shop: it is behind a load balancer`. */
export function leftOutText({ cluster, serviceName, leftOut }: ExportedService): string {
  return `left out: service ${serviceName} of cluster ${cluster}: ${leftOut.join('; ')}`;
}

const TO_ADOPT = { 'stationkeeper.dev/adoption-policy': 'adopt' };

function documentText({ kind, name, spec, notes, annotations: more }: Written): string {
  // An Environment is looked up: there is nothing of it to adopt.
  const adopts = kind !== 'Environment';
  const annotations = { ...TO_ADOPT, ...more };
  const document = new Document(
    { apiVersion: API_VERSION, kind, metadata: { name, ...(adopts ? { annotations } : {}) }, spec },
    // Manifests have no aliases, and what other YAML would read as a boolean or a number is quoted.
    { aliasDuplicateObjects: false, compat: 'yaml-1.1' },
  );
  visit(document, {
    Scalar: (_key, scalar) => {
      // As a block, a text of nothing but blank lines would lose its blanks.
      if (typeof scalar.value === 'string' && /^\s*\n\s*$/.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  if (notes.length > 0) document.commentBefore = notes.map((note) => ` ${note}`).join('\n');
  return document.toString({ lineWidth: 0 });
}
