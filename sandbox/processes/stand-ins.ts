import { fileURLToPath } from 'node:url';
import type { ImageCommand } from './mapping.ts';

/** The sandbox's own program; built code alone, as Node runs it and not a test runner. */
const XRAY_DAEMON = fileURLToPath(new URL('../xray-daemon/main.js', import.meta.url));

/** What the sandbox brings for images itself. As in the image, it listens at port 2000 of all that the task has. */
export const STAND_INS: readonly ImageCommand[] = [
  'public.ecr.aws/xray/aws-xray-daemon',
  'amazon/aws-xray-daemon',
].map((image) => ({
  image,
  command: [process.execPath, XRAY_DAEMON, '--bind', '{address}:2000', '--bind-tcp', '{address}:2000'],
}));
