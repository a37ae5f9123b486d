import { createHash } from 'node:crypto';
import { invalidParameter } from './checks.ts';

const IMAGE_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** What refers to the images of several platforms. */
const INDEX_TYPES: readonly string[] = [
  INDEX_TYPE,
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

export interface Manifest {
  /** As it was put: its digest is that of these bytes. */
  readonly text: string;
  readonly digest: string;
  readonly mediaType: string;
  /** Of an image the type of what it is configured by. */
  readonly artifactType: string | undefined;
  /** Bytes of the layers of an image; 0 of an index. */
  readonly layerBytes: number;
  /** Digests of the images of an index. */
  readonly images: readonly string[];
}

interface Descriptor {
  readonly mediaType?: string;
  readonly digest?: string;
  readonly size?: number;
}

/** Throws InvalidParameterException for what is no manifest, or of no type. */
export function readManifest(text: string, mediaType: string | undefined): Manifest {
  const manifest = parsed(text);
  const type = mediaType ?? manifest.mediaType;
  if (type === undefined) {
    throw invalidParameter(
      'imageManifestMediaType',
      'image manifest mediatype not provided in manifest or parameter',
    );
  }
  const { layers = [], manifests = [], config } = manifest;
  return {
    text,
    digest: digestOf(text),
    mediaType: type,
    artifactType: config?.mediaType,
    layerBytes: layers.reduce((sum, { size = 0 }) => sum + size, 0),
    images: INDEX_TYPES.includes(type) ? manifests.flatMap(({ digest = [] }) => digest) : [],
  };
}

/** The manifest of an image with one layer. */
export function imageManifest(configDigest: string, layerDigest: string, layerBytes: number): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: IMAGE_TYPE,
    config: { mediaType: CONFIG_TYPE, digest: configDigest, size: 2048 },
    layers: [{ mediaType: LAYER_TYPE, digest: layerDigest, size: layerBytes }],
  });
}

/** The manifest of an index of Linux images, each for one architecture. */
export function indexManifest(
  images: readonly { readonly architecture: string; readonly manifest: Manifest }[],
): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: INDEX_TYPE,
    manifests: images.map(({ architecture, manifest: { mediaType, digest, text } }) => ({
      mediaType,
      digest,
      size: Buffer.byteLength(text),
      platform: { architecture, os: 'linux' },
    })),
  });
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function parsed(text: string): {
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
} {
  try {
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest === 'object' && manifest !== null) return manifest;
  } catch {
    // The refusal below says it.
  }
  throw invalidParameter('ImageManifest', 'Invalid JSON syntax');
}
