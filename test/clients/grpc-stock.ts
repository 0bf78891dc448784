import { fileURLToPath } from 'node:url';
import type * as grpc from '@grpc/grpc-js';
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** The package, whichever copy of it. */
export type Grpc = typeof grpc;

export interface Item {
  id: string;
}

export interface Level {
  count: number;
}

type Call = ServerUnaryCall<Item, Level>;
type Answer = (call: Call, callback: sendUnaryData<Level>) => void;

/** A client of the service, however it was generated. */
export type StockClient = grpc.Client & {
  get(item: Item, callback: grpc.requestCallback<Level>): grpc.ClientUnaryCall;
  get(item: Item, metadata: grpc.Metadata, callback: grpc.requestCallback<Level>): grpc.ClientUnaryCall;
  get(item: Item, options: grpc.CallOptions, callback: grpc.requestCallback<Level>): grpc.ClientUnaryCall;
  get(
    item: Item,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<Level>,
  ): grpc.ClientUnaryCall;
  watch(item: Item): grpc.ClientReadableStream<Level>;
  put(callback: grpc.requestCallback<Level>): grpc.ClientWritableStream<Item>;
  trade(): grpc.ClientDuplexStream<Item, Level>;
};
type StockConstructor = new (
  address: string,
  credentials: grpc.ChannelCredentials,
  options?: grpc.ClientOptions,
) => StockClient;

const definition = loadSync(fileURLToPath(new URL('stock.proto', import.meta.url)))[
  'shop.Stock'
] as grpc.ServiceDefinition;

/** What generators of code write down. */
export const STATIC_DEFINITION: grpc.ServiceDefinition = Object.fromEntries(
  Object.entries(definition).map(([name, { path, requestStream, responseStream, ...codec }]) => [
    name.charAt(0).toLowerCase() + name.slice(1),
    {
      path,
      requestStream,
      responseStream,
      requestSerialize: codec.requestSerialize,
      requestDeserialize: codec.requestDeserialize,
      responseSerialize: codec.responseSerialize,
      responseDeserialize: codec.responseDeserialize,
    },
  ]),
);

/** The client as it is generated when the application starts. */
export function loadedClient({ loadPackageDefinition }: Grpc): StockConstructor {
  const { shop } = loadPackageDefinition({ 'shop.Stock': definition });
  return (shop as grpc.GrpcObject)['Stock'] as unknown as StockConstructor;
}

/** The client as it is generated when the application is built. */
export function staticClient({ makeGenericClientConstructor }: Grpc): StockConstructor {
  return makeGenericClientConstructor(STATIC_DEFINITION, 'Stock') as unknown as StockConstructor;
}

/** A server of the service, on a port of its own. */
export class StockServer {
  /** The calls with one answer that have come. */
  readonly calls: Call[] = [];
  /** Answers them; by default at once. */
  answer: Answer = (_call, callback) => callback(null, { count: 1 });
  address = '';
  readonly #server = new Server();

  private constructor() {
    this.#server.addService(definition, {
      Get: (call: Call, callback: sendUnaryData<Level>) => {
        this.calls.push(call);
        this.answer(call, callback);
      },
      Watch: (call: ServerWritableStream<Item, Level>) => {
        call.write({ count: 1 });
        call.write({ count: 2 });
        call.end();
      },
      Put: (call: ServerReadableStream<Item, Level>, callback: sendUnaryData<Level>) => {
        let count = 0;
        call.on('data', () => count++).on('end', () => callback(null, { count }));
      },
      Trade: (call: ServerDuplexStream<Item, Level>) => {
        call.on('data', () => call.write({ count: 1 })).on('end', () => call.end());
      },
    });
  }

  static async start(address = '127.0.0.1:0'): Promise<StockServer> {
    const server = new StockServer();
    const port = await new Promise<number>((resolve, reject) => {
      server.#server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    server.address = `127.0.0.1:${port}`;
    return server;
  }

  /** Holds calls from now on; resolves with the answers to give as they come, one after the other. */
  hold(): HeldCalls {
    const held = new HeldCalls();
    this.answer = (call, callback) => held.add(call, callback);
    return held;
  }

  /** Drops whatever runs. */
  stop(): void {
    this.#server.forceShutdown();
  }
}

interface HeldCall {
  readonly call: Call;
  readonly answer: sendUnaryData<Level>;
}

/** Calls that have reached a server, and that it does not answer. */
class HeldCalls {
  readonly #calls: HeldCall[] = [];
  readonly #waiting: ((held: HeldCall) => void)[] = [];

  add(call: Call, answer: sendUnaryData<Level>): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting({ call, answer });
    else this.#calls.push({ call, answer });
  }

  /** The next call that has come, or that comes. */
  async next(): Promise<HeldCall> {
    return this.#calls.shift() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }
}
