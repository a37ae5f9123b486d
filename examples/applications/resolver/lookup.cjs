'use strict';

/**
 * Node.js with `--require …/lookup.cjs` in NODE_OPTIONS asks the name server in DNS_SERVER (127.0.0.1:5353) for names first, at every
 * look-up, and this machine's own resolver for those that it refuses, as they are in none of its zones.
 */

const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');
const { isIP } = require('node:net');
const { promisify } = require('node:util');

const machineLookup = dns.promises.lookup;
const resolver = new dns.promises.Resolver({ timeout: 1000, tries: 3 });

/** The IPv4 addresses of a name in the server's zones; none where the machine shall be asked. */
async function addressesOf(name, family) {
  const isForServer = typeof name === 'string' && isIP(name) === 0 && name.includes('.');
  if (!isForServer || family === 6 || family === 'IPv6') return [];
  try {
    return await resolver.resolve4(name);
  } catch (error) {
    if (error.code === dns.NOTFOUND) throw error;
    return [];
  }
}

async function promisedLookup(name, options = {}) {
  const { family, all } = typeof options === 'number' ? { family: options } : options;
  const found = (await addressesOf(name, family)).map((address) => ({ address, family: 4 }));
  if (found.length === 0) return machineLookup(name, options);
  return all ? found : found[0];
}

function lookup(name, ...args) {
  const callback = args.pop();
  promisedLookup(name, ...args).then(
    (found) => process.nextTick(callback, null, ...(Array.isArray(found) ? [found] : [found.address, found.family])),
    (error) => process.nextTick(callback, error),
  );
}

if (process.env.DNS_SERVER) {
  resolver.setServers([process.env.DNS_SERVER]);
  lookup[promisify.custom] = promisedLookup;
  dns.lookup = lookup;
  dns.promises.lookup = promisedLookup;
  syncBuiltinESMExports();
}
