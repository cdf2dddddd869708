import type { JournalCommit, JournalError } from "saga-core";
import type { Accept } from "./mark.ts";

export interface SqliteJournalOptions {
  /** Called when nothing can be written any more, and with undefined when it can be again. Default: nothing. */
  readonly onFailure?: (failure: JournalError | undefined) => void;
  /**
   * Called when the file contradicts what this process wrote: this process must stop, and the next one starts from the file. Default: nothing.
   */
  readonly onContradiction?: (error: JournalError) => void;
  /** Called with a sentence for each damage that is found, which names the saga or what else is damaged. Default: nothing. */
  readonly onDamage?: (damage: string) => void;
  /** Called before the file of an earlier version is migrated, which takes a while for a large file. Default: nothing. */
  readonly onMigration?: (fromVersion: number) => void;
  /**
   * Called with what an operator must know: that a new journal was made, what `accept` let through, or that the log grows because it cannot be
   * copied into the main file, and when it is copied again. Default: nothing.
   */
  readonly onNotice?: (notice: string) => void;
  /** Called when records have been made durable: the member `committed` of an observer. Default: nothing. */
  readonly onCommit?: (commit: JournalCommit) => void;
  /**
   * Lets one start through that would be refused (ADR 24): `restored` for a journal that has less than its last owner made durable, or that
   * was copied; `new` where no journal is left. Default: none is let through.
   */
  readonly accept?: Accept | undefined;
}
