/** An AWS error answer: `name` is AWS's error code, exactly as the service sends it. */
export class AwsError extends Error {
  readonly statusCode: number;
  /** Further members of the modelled exception, such as `ServiceId` of ServiceAlreadyExists. */
  readonly members: Readonly<Record<string, unknown>>;
  /** As the SDKs show it. */
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(
    code: string,
    message: string,
    statusCode = 400,
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
    this.statusCode = statusCode;
    this.members = members;
    this.$metadata = { httpStatusCode: statusCode };
    Object.assign(this, members);
  }
}
