/** An image in a private registry of ECR. */
export interface EcrImage {
  /** The account. */
  readonly registryId: string;
  readonly region: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Whatever partition and endpoint it is in (ECR user guide, private registry). */
const ECR_IMAGE =
  /^(?<registryId>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.[a-z0-9.-]+\/(?<repository>[^:@]+)(?::(?<tag>[^@]+))?(?:@(?<digest>.+))?$/;

/** What an image is that ECS is told, where it is in a private registry of ECR; undefined where it is elsewhere. */
export function ecrImage(image: string): EcrImage | undefined {
  const { registryId, region, repository, tag, digest } = ECR_IMAGE.exec(image)?.groups ?? {};
  if (registryId === undefined || region === undefined || repository === undefined) return undefined;
  return {
    registryId,
    region,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The OCI distribution specification, pulling manifests. */
export const IMAGE_TAG = '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$';
export const IMAGE_DIGEST = '^sha256:[0-9a-f]{64}$';
