/** What a client sees when its connection ends before an answer: Node's own error for it. */
export class ConnectionLost extends Error {
  readonly code = 'ECONNRESET';

  constructor() {
    super('socket hang up');
  }
}
