/** The SDK of the tree that this is edited in. `run.ts` puts the file of the line under test in its place. */
export * from '../sdk-2/sdk.ts';
