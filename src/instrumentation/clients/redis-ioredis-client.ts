/** What is used of `ioredis`; all of it has been there since 5.0. */
export interface IORedisPackage {
  readonly prototype: IORedis;
  readonly Pipeline: { readonly prototype: IORedisPipeline };
}

export type IORedisSend = (this: IORedis, command: IORedisCommand, stream?: unknown) => unknown;
export type IORedisExec = (this: IORedisPipeline, callback?: unknown) => Promise<unknown>;

/** A client, or a cluster, which sends through clients. */
export interface IORedis {
  readonly status: string;
  readonly options: {
    readonly host?: string;
    readonly port?: number;
    readonly path?: string;
    readonly db?: number;
    /** Of a master that sentinels know. */
    readonly name?: string;
    readonly sentinels?: readonly unknown[] | null;
  };
  /** Of a cluster. */
  readonly startupNodes?: readonly unknown[];
  readonly isCluster?: boolean;
  readonly slots?: { readonly length: number };
  sendCommand: IORedisSend;
  setStatus(status: string, ...rest: unknown[]): unknown;
}

export interface IORedisCommand extends IORedisAnswered {
  readonly name: string;
  readonly args: readonly unknown[];
}

export interface IORedisPipeline extends IORedisAnswered {
  readonly redis: IORedis;
  readonly isCluster: boolean;
  /** Transactions that were begun and not ended. */
  readonly _transactions: number;
  _queue: readonly IORedisCommand[];
  exec: IORedisExec;
}

/** What is answered by calling it. */
export interface IORedisAnswered {
  readonly promise: Promise<unknown>;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}
