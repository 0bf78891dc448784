import type * as ioredis from 'ioredis';
import type * as redis from 'redis';
import { isOldest, load } from './copies.ts';

/** What both packages can do, under one name each. */
export interface RedisClient extends AsyncDisposable {
  send(...command: string[]): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  get(key: string): Promise<unknown>;
  /** Commands that are sent as one; rejects, or resolves with their replies. */
  batch(kind: 'MULTI' | 'PIPELINE', ...commands: string[][]): Promise<unknown[]>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  /** The message of its own error for a command that takes too long. */
  readonly timeoutMessage: string;
}

export interface ConnectOptions {
  readonly database?: number;
  /** Whether it waits for its connection. Default `true`. */
  readonly isReady?: boolean;
}

/** The packages under test. */
export const PACKAGES: readonly {
  readonly name: string;
  connect(port: number, options?: ConnectOptions): Promise<RedisClient>;
}[] = [
  { name: 'ioredis', connect: (...args) => IORedisClient.connect(...args) },
  { name: 'redis', connect: (...args) => NodeRedisClient.connect(...args) },
];

export const Redis: typeof ioredis.Redis = (load('ioredis') as { default: typeof ioredis.Redis }).default;
const nodeRedis = load('redis') as typeof redis;

export class IORedisClient implements RedisClient {
  readonly redis: ioredis.Redis;
  readonly timeoutMessage = 'Command timed out';

  constructor(client: ioredis.Redis) {
    // Tests kill connections.
    client.on('error', () => undefined);
    this.redis = client;
  }

  static async connect(port: number, { database = 0, isReady = true }: ConnectOptions = {}): Promise<IORedisClient> {
    const client = new Redis({ host: '127.0.0.1', port, db: database, retryStrategy: () => 5 });
    if (isReady) await client.ping();
    return new IORedisClient(client);
  }

  send(...[name = '', ...args]: string[]): Promise<unknown> {
    return this.redis.call(name, ...args);
  }

  set(key: string, value: string): Promise<unknown> {
    return this.redis.set(key, value);
  }

  get(key: string): Promise<unknown> {
    return this.redis.get(key);
  }

  async batch(kind: 'MULTI' | 'PIPELINE', ...commands: string[][]): Promise<unknown[]> {
    const batch = kind === 'MULTI' ? this.redis.multi() : this.redis.pipeline();
    for (const [name = '', ...args] of commands) batch.call(name, ...args);
    const results = (await batch.exec()) ?? [];
    return results.map(([error, reply]) => error ?? reply);
  }

  async subscribe(channel: string, listener: (message: string) => void): Promise<unknown> {
    this.redis.on('message', (_channel, message) => listener(message));
    return this.redis.subscribe(channel);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.redis.disconnect();
    return Promise.resolve();
  }
}

type NodeRedis = ReturnType<typeof redis.createClient>;

export class NodeRedisClient implements RedisClient {
  readonly redis: NodeRedis;
  readonly timeoutMessage = 'Command timed out';

  constructor(client: NodeRedis) {
    client.on('error', () => undefined);
    this.redis = client;
  }

  static async connect(port: number, { database = 0, isReady = true }: ConnectOptions = {}): Promise<NodeRedisClient> {
    const socket = { host: '127.0.0.1', port, reconnectStrategy: () => 5 };
    const client = new NodeRedisClient(nodeRedis.createClient({ socket, database }) as unknown as NodeRedis);
    const connected = client.redis.connect();
    if (isReady) await connected;
    else connected.catch(() => undefined);
    return client;
  }

  send(...command: string[]): Promise<unknown> {
    return this.redis.sendCommand(command);
  }

  set(key: string, value: string): Promise<unknown> {
    return this.redis.set(key, value);
  }

  get(key: string): Promise<unknown> {
    return this.redis.get(key);
  }

  async batch(kind: 'MULTI' | 'PIPELINE', ...commands: string[][]): Promise<unknown[]> {
    const batch = this.redis.multi();
    for (const command of commands) batch.addCommand(command);
    return kind === 'MULTI' ? batch.exec() : batch.execAsPipeline();
  }

  subscribe(channel: string, listener: (message: string) => void): Promise<unknown> {
    return this.redis.subscribe(channel, listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.redis.isOpen) return;
    if (isOldest) await this.redis.disconnect();
    else this.redis.destroy();
  }
}
