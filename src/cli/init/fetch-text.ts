const PATIENCE_MILLIS = 10_000;
const MOST_BYTES = 32 * 1_048_576;

/**
 * What an address answers, within ten seconds and 32 MiB. Asks it and nobody else: redirections are not followed.
 * @throws Error saying why there is no answer.
 */
export async function fetchText(address: URL): Promise<string> {
  const shown = `${address.origin}${address.pathname}`;
  try {
    const response = await fetch(address, {
      headers: { accept: 'text/plain' },
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`it answered ${response.status}`);
    }
    const decoder = new TextDecoder();
    let [text, bytes] = ['', 0];
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) throw new Error('it answered with more than 32 MiB');
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    const { cause, message } = error as Error;
    throw new Error(`${shown} shows no metrics: ${cause instanceof Error ? cause.message : message}`, { cause: error });
  }
}
