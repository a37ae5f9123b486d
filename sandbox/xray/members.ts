/** A JSON object of a document, as it came. */
export type Members = Readonly<Record<string, unknown>>;

export type Annotations = ReadonlyMap<string, string | number | boolean>;

/** What a document says of a request that was served, or made. */
export interface Http {
  readonly url: string | undefined;
  readonly method: string | undefined;
  readonly userAgent: string | undefined;
  readonly clientIp: string | undefined;
  readonly status: number | undefined;
}

export function isRecord(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** No work ends before it began, whatever two clocks say. */
export function endOf(startTime: number, endTime: number | undefined): number | undefined {
  return endTime === undefined ? undefined : Math.max(startTime, endTime);
}

/** What went wrong, as it is flagged or as the status of the answer tells. */
export function flagsOf(members: Members): { error: boolean; fault: boolean; throttle: boolean } {
  const status = httpOf(members['http']).status ?? 0;
  return {
    error: members['error'] === true || (status >= 400 && status < 500),
    fault: members['fault'] === true || (status >= 500 && status < 600),
    throttle: members['throttle'] === true || status === 429,
  };
}

export function httpOf(value: unknown): Http {
  const { request, response } = isRecord(value) ? value : {};
  const asked = isRecord(request) ? request : {};
  const status = isRecord(response) ? response['status'] : undefined;
  return {
    url: textOf(asked['url']),
    method: textOf(asked['method']),
    userAgent: textOf(asked['user_agent']),
    clientIp: textOf(asked['client_ip']),
    status: typeof status === 'number' && Number.isInteger(status) ? status : undefined,
  };
}

/** The texts of an object, and of the objects within it by both names: `ec2.instance_id`. */
export function labelsOf(value: unknown): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const [name, item] of Object.entries(isRecord(value) ? value : {})) {
    const inner = isRecord(item) ? Object.entries(item) : [];
    for (const [path, text] of [
      [name, item] as const,
      ...inner.map(([key, each]) => [`${name}.${key}`, each] as const),
    ]) {
      if (typeof text === 'string' && text !== '') labels.set(path, text);
    }
  }
  return labels;
}
