/** Ends of the event streams that are open now; the server calls them when it stops. */
export type OpenStreams = Set<() => Promise<unknown>>;

/**
 * The same events, as long as `mayGoOn` says so before each; enrolled in `streams` while open. Written as an iterator
 * because a generator that waits for an event cannot be ended before that event comes.
 */
export function watchStream<Event>(
  source: AsyncIterable<Event>,
  mayGoOn: () => Promise<boolean>,
  streams: OpenStreams,
): AsyncIterableIterator<Event> {
  const events = source[Symbol.asyncIterator]();
  const done = { done: true, value: undefined } as const;
  let end: () => void = () => {};
  const ended = new Promise<typeof done>((resolve) => {
    end = () => resolve(done);
  });
  const close = async () => {
    streams.delete(close);
    end();
    // Not awaited: a generator that waits for an event hears of it only then.
    Promise.resolve(events.return?.()).catch(() => {});
    return done;
  };
  streams.add(close);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const result = await Promise.race([events.next(), ended]).catch((error) => {
        streams.delete(close);
        throw error;
      });
      if (result.done) streams.delete(close);
      else if (!(await mayGoOn())) return close();
      return result;
    },
    return: close,
  };
}
