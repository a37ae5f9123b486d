import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * Prints the software bill of materials of what is shipped, made from the lockfile alone: SPDX 2.3, JSON.
 *
 * npm makes it of everything, and what is for development alone is left out here: npm's own `--omit=dev` also leaves
 * out packages that both sides need. npm puts a random name and the time into it; here the name is the lockfile's own and
 * the time is SOURCE_DATE_EPOCH (seconds; reproducible-builds.org) where that is set: one lockfile, one document.
 */

interface SpdxDocument {
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string };
  readonly packages: readonly SpdxPackage[];
  readonly relationships: readonly { readonly spdxElementId: string; readonly relatedSpdxElement: string }[];
}

interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo: string;
}

interface Lockfile {
  /** By folder; our own package's is empty. */
  readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: true }>>;
}

const ARGUMENTS = [
  'sbom',
  '--sbom-format=spdx',
  '--sbom-type=application',
  '--package-lock-only',
  '--include=dev',
];

const lockfile = readFileSync('package-lock.json');
const made = JSON.parse(execFileSync('npm', ARGUMENTS, { encoding: 'utf8' })) as SpdxDocument;
process.stdout.write(`${JSON.stringify(billOfMaterials(made, lockfile, createdAt()), null, 2)}\n`);

function billOfMaterials(all: SpdxDocument, locked: Buffer, created: string): SpdxDocument {
  const shipped = shippedPackages(JSON.parse(locked.toString('utf8')) as Lockfile);
  const [ourselves, ...others] = all.packages;
  if (ourselves === undefined) throw new Error('npm sbom answered without a package');
  const packages = [
    ourselves,
    ...others.filter(({ name, versionInfo }) => shipped.has(`${name}@${versionInfo}`)),
  ];
  const known = new Set(['SPDXRef-DOCUMENT', ...packages.map(({ SPDXID }) => SPDXID)]);
  return {
    ...all,
    documentNamespace: `https://spdx.org/spdxdocs/${all.name.replace('@', '-')}-${sha256(locked)}`,
    creationInfo: { ...all.creationInfo, created },
    packages,
    relationships: all.relationships.filter(
      ({ spdxElementId, relatedSpdxElement }) => known.has(spdxElementId) && known.has(relatedSpdxElement),
    ),
  };
}

/** As `name@version`. */
function shippedPackages({ packages }: Lockfile): ReadonlySet<string> {
  const shipped = Object.entries(packages).filter(([folder, { dev }]) => folder !== '' && dev !== true);
  return new Set(
    shipped.map(([folder, { version }]) => `${folder.split('node_modules/').at(-1)}@${version}`),
  );
}

/** SPDX has no fractions of a second. */
function createdAt(): string {
  const { SOURCE_DATE_EPOCH: epoch } = process.env;
  return `${new Date(epoch ? Number(epoch) * 1000 : Date.now()).toISOString().slice(0, 19)}Z`;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
