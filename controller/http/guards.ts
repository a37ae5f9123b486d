import type { onRequestHookHandler } from 'fastify';
import { refuse } from './errors.ts';
import { secretCheck } from './secret.ts';

/** Refuses a Host that is not one of `allowed` (DNS rebinding: a web page that calls us by a name of its own). */
export function requireHost(allowed: readonly string[]): onRequestHookHandler {
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  return (request, reply, done) => {
    const name = (request.headers.host ?? '').toLowerCase().replace(/:\d*$/, '');
    if (names.has(name)) return done();
    const message = `this server answers only to the hosts ${[...names].join(', ')}`;
    void refuse(reply, 403, 'HostNotAllowed', message);
  };
}

/** Runs before the body is read. An empty token counts as none: it would open the door to everybody. */
export function requireToken(token: string | undefined): onRequestHookHandler {
  const matches = token === undefined || token === '' ? undefined : secretCheck(token);
  return (request, reply, done) => {
    if (matches === undefined) {
      const message = 'no token is configured; start the controller with --token-file to allow this';
      void refuse(reply, 403, 'NoTokenConfigured', message);
      return;
    }
    const presented = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (presented !== undefined && matches(presented)) return done();
    const wrong = presented === undefined ? '' : ', error="invalid_token"';
    void reply.header('www-authenticate', `Bearer realm="stationkeeper"${wrong}`);
    void refuse(reply, 401, 'Unauthorized', 'needs Authorization: Bearer with the token of --token-file');
  };
}
