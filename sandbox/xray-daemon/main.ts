import { XRayClient } from '@aws-sdk/client-xray';
import { readCommandLine } from './command-line.ts';
import { startDaemon } from './daemon.ts';
import { createLog } from './log.ts';

/** Stationkeeper's stand-in for AWS's X-Ray daemon, as a program: it ends with 2 where its flags are refused, and with 1 where it cannot listen. */

const WHAT = "Stationkeeper's stand-in for the X-Ray daemon, which is not AWS's";

// The SDK warns about Node 20 at every start; people can set it to be warned.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** As AWS's daemon has it. */
const WAIT_MS = 1000;

async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2), process.env);
  if ('version' in command) {
    process.stdout.write(`${WHAT}\n`);
    return;
  }
  if ('refused' in command) {
    process.stderr.write(`error: ${command.refused}\n`);
    process.exitCode = 2;
    return;
  }
  const { region, logLevel, ...options } = command.run;
  const now = (): Date => new Date();
  const log = createLog(logLevel, now, (text) => process.stderr.write(text));
  const client = new XRayClient({ region });
  const daemon = await startDaemon(options, { client, log, now, waitMs: WAIT_MS });
  const stop = (): void => {
    void daemon.close().then(() => client.destroy());
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(
    `This is ${WHAT}: it takes segments at ${daemon.udp}/udp and calls at ${daemon.tcp}/tcp, for X-Ray in ${region}.\n`,
  );
}

main().catch((thrown: Error) => {
  process.stderr.write(
    `error: the stand-in for the X-Ray daemon cannot listen: ${thrown.message}; choose another --bind or --bind-tcp\n`,
  );
  process.exitCode = 1;
});
