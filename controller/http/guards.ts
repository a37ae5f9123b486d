import { isIP } from 'node:net';
import type { onRequestAsyncHookHandler, onRequestHookHandler } from 'fastify';
import type { Secret } from '../core/ports.ts';
import { refuse } from './errors.ts';
import { isSecret } from './secret.ts';

/**
 * Refuses a Host that is neither an address nor one of `allowed` (DNS rebinding: a web page that calls us by a name of
 * its own). Probes and scrapes come by address.
 */
export function requireHost(allowed: readonly string[]): onRequestHookHandler {
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  return (request, reply, done) => {
    const name = (request.headers.host ?? '').toLowerCase().replace(/:\d*$/, '');
    if (names.has(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return done();
    const message = `this server answers only to its addresses and to the hosts ${[...names].join(', ')}; --allowed-hosts names others`;
    void refuse(reply, 403, 'HostNotAllowed', message);
  };
}

/** Refuses a request without the token: 401, or 403 where no token is set. It runs before the body is read. */
export function requireToken(token: Secret | undefined): onRequestAsyncHookHandler {
  return async (request, reply) => {
    if (token === undefined) {
      const message =
        'no token is configured; start the controller with --token-file or STATIONKEEPER_TOKEN to allow this';
      return refuse(reply, 403, 'NoTokenConfigured', message);
    }
    const presented = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (presented !== undefined && isSecret(presented, await token())) return;
    const wrong = presented === undefined ? '' : ', error="invalid_token"';
    void reply.header('www-authenticate', `Bearer realm="stationkeeper"${wrong}`);
    return refuse(reply, 401, 'Unauthorized', 'needs Authorization: Bearer with the token of --token-file');
  };
}
