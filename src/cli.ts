#!/usr/bin/env node
/**
 * `opentelemetry-resilience`, the command: checks configurations, and makes of them and of what was counted what other
 * systems and people read.
 */
import { main } from './cli/main.ts';

// Whoever reads what is written, such as head, may have had enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isLive: process.stderr.isTTY,
});
