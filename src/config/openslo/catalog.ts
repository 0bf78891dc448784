import type { DocumentOf, OpenSloDocument, OpenSloKind, Path } from './documents.ts';
import { type Findings, type Subject, titleOf } from './findings.ts';

/** All documents by kind and name, over all files. */
export class Catalog {
  readonly documents: readonly OpenSloDocument[];
  readonly #byTitle = new Map<string, OpenSloDocument>();
  readonly #findings: Findings;
  readonly #isIncomplete: boolean;

  /**
   * Names that are taken twice are problems.
   * @param isIncomplete - whether documents are missing that could not be read: what leads nowhere may lead to them.
   */
  constructor(documents: readonly OpenSloDocument[], findings: Findings, isIncomplete: boolean) {
    this.documents = documents;
    this.#findings = findings;
    this.#isIncomplete = isIncomplete;
    for (const document of documents) {
      const title = titleOf(document);
      const first = this.#byTitle.get(title);
      if (first === undefined) this.#byTitle.set(title, document);
      else {
        const { file, placeOf } = first.source;
        const place = `${file}:${placeOf(['metadata', 'name']).line}`;
        const path = ['metadata', 'name'];
        findings.problem(
          document,
          path,
          document.metadata.name,
          `a name that no other ${document.kind} has (${place})`,
        );
      }
    }
  }

  of<K extends OpenSloKind>(kind: K): DocumentOf<K>[] {
    return this.documents.filter(
      (document): document is Extract<OpenSloDocument, DocumentOf<K>> => document.kind === kind,
    );
  }

  find<K extends OpenSloKind>(kind: K, name: string): DocumentOf<K> | undefined {
    return this.#byTitle.get(titleOf({ kind, metadata: { name } })) as DocumentOf<K> | undefined;
  }

  /** What a reference names; where it names nothing, that is a problem. */
  follow<K extends OpenSloKind>(subject: Subject, path: Path, kind: K, name: string): DocumentOf<K> | undefined {
    const found = this.find(kind, name);
    if (found === undefined && !this.#isIncomplete) {
      const names = this.of(kind).map(({ metadata }) => metadata.name);
      const some = names.length === 0 ? `there is none` : `there is ${shortened(names)}`;
      this.#findings.problem(
        subject,
        path,
        name,
        `the name of a document of kind ${kind} in the same or another file; ${some}`,
      );
    }
    return found;
  }
}

function shortened(names: readonly string[]): string {
  const some = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${some} and ${names.length - 8} more` : some;
}
