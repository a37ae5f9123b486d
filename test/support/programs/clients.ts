import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { ANY_CREDENTIALS, scratchFolder, startSandbox } from './cli.ts';
import { runCommand } from './command.ts';
import type { Ended } from './command.ts';

/** A sandbox of the built program, and programs of this machine that take it for AWS. */
export interface ClientStack {
  readonly url: string;
  /** Runs a client to its end, knowing of AWS only the sandbox. */
  readonly run: (
    program: string,
    args: readonly string[],
    options?: { readonly cwd?: string; readonly timeoutMs?: number; readonly env?: NodeJS.ProcessEnv },
  ) => Promise<Ended>;
}

/** One for all tests of a file, with further flags of `sandbox`; call it where hooks are declared. */
export function useClientStack(...flags: readonly string[]): ClientStack {
  let url = '';
  let env: NodeJS.ProcessEnv = {};
  beforeAll(async () => {
    const sandbox = await startSandbox(flags);
    url = sandbox.url;
    env = clientEnvironment(url);
  });
  return {
    get url() {
      return url;
    },
    run: (program, args, options = {}) =>
      runCommand(program, args, { ...options, env: { ...env, ...options.env } }),
  };
}

/** What a client needs to know of AWS only this sandbox. */
export function clientEnvironment(url: string): NodeJS.ProcessEnv {
  const nothing = join(scratchFolder(), 'none');
  return {
    ...withoutAws(process.env),
    ...ANY_CREDENTIALS,
    AWS_DEFAULT_REGION: ANY_CREDENTIALS.AWS_REGION,
    AWS_ENDPOINT_URL: url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: nothing,
    AWS_SHARED_CREDENTIALS_FILE: nothing,
    // DiscoverInstances goes to `data-` before the host, which does not resolve for an address.
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    AWS_PAGER: '',
  };
}

/** Whatever this machine knows of a real AWS, or of another Terraform, stays outside. */
function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(AWS|TF)_/.test(name)));
}
