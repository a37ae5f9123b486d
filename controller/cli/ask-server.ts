import { StationkeeperError } from '../core/errors.ts';

const ANSWER_WITHIN_MS = 10_000;

/** What a controller is asked over HTTP. Paths begin with a slash. */
export interface ServerClient {
  /** @throws {StationkeeperError} ServerUnreachable where nothing answers within ten seconds */
  get(this: void, path: string): Promise<Response>;
  /** Asks for something to be done, with the token and a body of JSON. @throws {StationkeeperError} ServerUnreachable */
  post(this: void, path: string, body: object, token: string): Promise<ServerAnswer>;
}

/** What became of a request to do something. */
export interface ServerAnswer {
  readonly accepted: boolean;
  /** A sentence for people. */
  readonly message: string;
}

export function createServerClient(server: string, stop: AbortSignal): ServerClient {
  const send = (path: string, init: RequestInit = {}): Promise<Response> => {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    return fetch(new URL(path, server), { ...init, signal }).catch((thrown: unknown) => {
      throw whyUnreachable(server, 'does not answer', thrown);
    });
  };
  return {
    get: (path) => send(path),
    async post(path, body, token) {
      const response = await send(path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const message = messageIn(await response.text()) ?? `${server} answered ${response.status}`;
      return { accepted: response.ok, message };
    },
  };
}

/** `why` goes on a sentence that begins with the server. */
export function whyUnreachable(server: string, why: string, cause?: unknown): StationkeeperError {
  return new StationkeeperError({
    code: 'ServerUnreachable',
    retry: 'never',
    message: `${server} ${why}; is the controller running there? Choose another with --server`,
    cause,
  });
}

/** What is said of success or of an error; undefined where it is no controller that answers, as a proxy before one does. */
function messageIn(text: string): string | undefined {
  try {
    const body = JSON.parse(text) as {
      readonly message?: unknown;
      readonly error?: { readonly message?: unknown };
    } | null;
    const message = body?.error?.message ?? body?.message;
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
