import { Socket } from 'node:net';

/**
 * Makes the sockets of this test process send at once. The driver leaves Nagle's algorithm on, and then each COPY of a few
 * rows waits 40 ms for the server's delayed acknowledgement: of hundreds of small runs nearly all the time.
 */
export function sendAtOnce(): void {
  const connect = Socket.prototype.connect as (this: Socket, ...args: unknown[]) => Socket;
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    this.setNoDelay(true);
    return connect.apply(this, args);
  };
}
