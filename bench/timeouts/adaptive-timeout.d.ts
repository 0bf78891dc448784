/** The package brings no types. */
declare module 'adaptive-timeout' {
  class AdaptiveTimeout {
    constructor(options?: { min?: number; max?: number; jitter?: number });
    put(key: string, value: number): unknown;
    get(key: string, attempt?: number): number;
  }
  export = AdaptiveTimeout;
}
