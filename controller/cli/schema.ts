import { manifestJsonSchema } from '../manifest/schema/index.ts';
import type { Terminal } from './terminal.ts';

/** Prints the JSON Schema of the manifests, for editors. Exit code 0. */
export function schemaCommand(terminal: Terminal): number {
  terminal.out(`${JSON.stringify(manifestJsonSchema(), null, 2)}\n`);
  return 0;
}
