/** A function that may be called at any rate, and runs seldom. */
export interface Sampled {
  readonly call: () => void;
  /** After it, nothing runs. */
  readonly stop: () => void;
}

/**
 * Runs a function at once, and then at most once in a while, however often it is called: the last call is never lost. Between two runs a page has
 * time for its person.
 */
export function sampled(run: () => void, everyMs: number): Sampled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsked = false;
  let hasStopped = false;
  const go = (): void => {
    isAsked = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (isAsked) go();
    }, everyMs);
    run();
  };
  return {
    call: () => {
      if (hasStopped) return;
      isAsked = true;
      if (timer === undefined) go();
    },
    stop: () => {
      hasStopped = true;
      clearTimeout(timer);
    },
  };
}
