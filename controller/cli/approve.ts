import type { ApproveConfig } from '../config/commands.ts';
import { createServerClient } from './ask-server.ts';
import type { CommandContext } from './context.ts';
import { secretFrom } from './secret.ts';

export type ApproveOptions = Pick<ApproveConfig, 'rollout' | 'stage' | 'digest' | 'server' | 'token'>;

/**
 * Approves a stage through a running controller, and prints what that answers. Exit code 0 where it is approved, 1 where it is not.
 *
 * @throws {StationkeeperError} CannotRead of the token's file, ServerUnreachable
 */
export async function approveCommand(
  { rollout, stage, digest, server, token }: ApproveOptions,
  { terminal, stop, env }: Pick<CommandContext, 'terminal' | 'stop' | 'env'>,
): Promise<number> {
  const secret = await secretFrom(token, env);
  const path = `/rollouts/${encodeURIComponent(rollout)}/stages/${encodeURIComponent(stage)}/approve`;
  const { post } = createServerClient(server, stop);
  const { accepted, message } = await post(path, { digest }, (await secret?.()) ?? '');
  if (accepted) terminal.out(`${message}\n`);
  else terminal.err(`error: ${message}\n`);
  return accepted ? 0 : 1;
}
