/** What is used of `@grpc/grpc-js`; all of it has been there since 1.8. */
export interface GrpcPackage {
  readonly Client: {
    new (address: string, credentials: unknown, options: object): GrpcClient;
    readonly prototype: GrpcClient;
  };
  readonly Metadata: new () => object;
  readonly credentials: { createInsecure(): unknown };
}

/** A client, generated or bare. What it is made of stands under symbols that are not exported. */
export type GrpcClient = Record<symbol, unknown> & {
  /** Sorts the arguments of a call out; every call with one answer begins with it. */
  checkOptionalUnaryResponseArguments: (this: GrpcClient, ...args: unknown[]) => unknown;
};

/** A call that is about to be made. */
export interface GrpcCallProperties {
  readonly channel: GrpcChannel;
  readonly methodDefinition: {
    /** Such as `/pkg.Service/Method`. */
    readonly path: string;
    readonly requestStream: boolean;
    readonly responseStream: boolean;
  };
  readonly callOptions: GrpcCallOptions;
}

export interface GrpcChannel {
  getTarget(): string;
}

export interface GrpcCallOptions {
  readonly deadline?: Date | number;
  /** The call of a server in whose course this one is made. */
  readonly parent?: GrpcParent | null;
  readonly propagate_flags?: number;
  readonly interceptors?: readonly GrpcInterceptor[];
  readonly interceptor_providers?: readonly GrpcInterceptorProvider[];
  readonly method_definition?: unknown;
}

export interface GrpcParent {
  getDeadline(): Date | number;
  on(event: 'cancelled', listener: () => void): unknown;
  removeListener(event: 'cancelled', listener: () => void): unknown;
}

export type GrpcInterceptorProvider = (method: unknown) => GrpcInterceptor | undefined;
export type GrpcInterceptor = (options: GrpcCallOptions, nextCall: NextCall) => GrpcCall;
export type NextCall = (options: GrpcCallOptions) => GrpcCall;

/** A call as interceptors see it. */
export interface GrpcCall {
  start(metadata: object, listener: GrpcListener): void;
  sendMessage(message: unknown): void;
  sendMessageWithContext(context: object, message: unknown): void;
  halfClose(): void;
  startRead(): void;
  cancelWithStatus(code: number, details: string): void;
  getPeer(): string;
  /** Since 1.12. */
  getAuthContext?(): unknown;
}

export interface GrpcListener {
  onReceiveMetadata(metadata: object): void;
  onReceiveMessage(message: unknown): void;
  onReceiveStatus(status: GrpcStatus): void;
}

/** How a call ended. The package makes an error of it, which has all of its properties. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: object;
  readonly cause?: unknown;
}
