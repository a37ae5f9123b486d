const MINUTE_MS = 60_000;

/** `14:05 UTC`, and on another day than now's `2026-11-28 14:05 UTC`. What is to come is not told as earlier than it is. */
export function timeText(at: number, now: number): string {
  const minutes = at > now ? Math.ceil(at / MINUTE_MS) : Math.floor(at / MINUTE_MS);
  const text = new Date(minutes * MINUTE_MS).toISOString();
  const time = `${text.slice(11, 16)} UTC`;
  return text.slice(0, 10) === new Date(now).toISOString().slice(0, 10)
    ? time
    : `${text.slice(0, 10)} ${time}`;
}

/** `1 Environment`, `3 Environments`. */
export function environmentsText(count: number): string {
  return `${count} ${count === 1 ? 'Environment' : 'Environments'}`;
}
