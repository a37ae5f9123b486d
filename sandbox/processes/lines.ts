/** CloudWatch Logs takes more bytes than a line of this many characters has, and no more than a few such lines at once. */
const LONGEST_LINE = 200_000;

export interface Lines {
  /** Lines that are complete by now, without those that are empty. */
  add(text: string): readonly string[];
  /** What came after the last of them. */
  end(): readonly string[];
}

/** Lines of a text that comes in pieces. One that is too long for an event becomes several. */
export function createLines(): Lines {
  let rest = '';
  return {
    add(text) {
      const lines = `${rest}${text}`.split(/\r?\n/);
      rest = lines.pop() ?? '';
      while (rest.length > LONGEST_LINE) {
        lines.push(rest.slice(0, LONGEST_LINE));
        rest = rest.slice(LONGEST_LINE);
      }
      return lines.filter((line) => line !== '');
    },
    end() {
      const last = rest;
      rest = '';
      return last === '' ? [] : [last];
    },
  };
}
