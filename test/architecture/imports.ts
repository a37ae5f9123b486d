import { parseSync, Visitor } from 'oxc-parser';

export interface Import {
  /** As it stands there: `../aws/tags.ts`, `node:fs`. What is only known at run time is the expression for it. */
  readonly from: string;
  /** Nothing of it is left when the program runs. */
  readonly typeOnly: boolean;
}

/** Everything that a file imports, or exports from elsewhere, by whichever syntax. Throws where the text cannot be read. */
export function importsOf(file: string, text: string): readonly Import[] {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} cannot be read: ${error.message}`);

  const found: Import[] = [];
  // `import { type A }` counts as run time: with verbatimModuleSyntax the module is loaded nevertheless.
  new Visitor({
    ImportDeclaration: ({ source, importKind }) => {
      found.push({ from: source.value, typeOnly: importKind === 'type' });
    },
    ExportNamedDeclaration: ({ source, exportKind }) => {
      if (source !== null) found.push({ from: source.value, typeOnly: exportKind === 'type' });
    },
    ExportAllDeclaration: ({ source, exportKind }) => {
      found.push({ from: source.value, typeOnly: exportKind === 'type' });
    },
    ImportExpression: ({ source }) => {
      const isText = source.type === 'Literal' && typeof source.value === 'string';
      found.push({
        from: isText ? source.value : text.slice(source.start, source.end),
        typeOnly: false,
      });
    },
    TSImportType: ({ source }) => {
      found.push({ from: source.value, typeOnly: true });
    },
  }).visit(program);
  return found;
}
