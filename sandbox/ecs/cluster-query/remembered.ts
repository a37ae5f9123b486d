const MOST_REMEMBERED = 1000;

/** The same function, which makes nothing twice of one text as long as it remembers it. What it throws it does not remember. */
export function remembered<Made>(make: (text: string) => Made): (text: string) => Made {
  const made = new Map<string, Made>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const fresh = make(text);
    if (made.size >= MOST_REMEMBERED) made.clear();
    made.set(text, fresh);
    return fresh;
  };
}
