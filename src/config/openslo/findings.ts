import type { ConfigurationProblem } from '../../errors.ts';
import { pathText } from '../problem-path.ts';
import type { DocumentSource, Path } from './documents.ts';

/** A document as findings name it. */
export interface Subject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly source: DocumentSource;
}

/** What was found wrong, or odd, in documents; everything with its file and line. */
export class Findings {
  readonly problems: ConfigurationProblem[] = [];
  readonly warnings: string[] = [];

  problem(subject: Subject, path: Path, value: unknown, allowed: string): void {
    this.problems.push(problemAt(subject.source, titleOf(subject), path, value, allowed));
  }

  warn(subject: Subject, path: Path, sentence: string): void {
    const { line } = subject.source.placeOf(path);
    this.warnings.push(`${subject.source.file}:${line}: ${titleOf(subject)} ${pathText(path)}: ${sentence}`);
  }
}

/** Such as `SLO 'checkout'`. */
export function titleOf({ kind, metadata }: Pick<Subject, 'kind' | 'metadata'>): string {
  return `${kind} '${metadata.name}'`;
}

export function problemAt(
  source: DocumentSource,
  title: string,
  path: Path,
  value: unknown,
  allowed: string,
): ConfigurationProblem {
  return { path: `${title} ${pathText(path)}`.trim(), value, allowed, file: source.file, ...source.placeOf(path) };
}
