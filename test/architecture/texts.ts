import { Visitor, parseSync } from 'oxc-parser';

/** The texts of a source file, by whichever quotes: each as its pieces, between which a template fills something in. Throws where it cannot be read. */
export function textsOf(file: string, source: string): readonly (readonly string[])[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be read`);
  const found: (readonly string[])[] = [];
  new Visitor({
    Literal: ({ value }) => {
      if (typeof value === 'string') found.push([value]);
    },
    TemplateLiteral: ({ quasis }) => {
      found.push(quasis.map(({ value }) => value.cooked ?? value.raw));
    },
  }).visit(program);
  return found;
}
