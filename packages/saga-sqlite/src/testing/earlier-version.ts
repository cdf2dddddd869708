/** Takes a journal of the present version back to version 11, which did not say what sagas are at. */
export const BACK_TO_VERSION_11 = `
  DROP INDEX saga_phase;
  DROP INDEX saga_open;
  ALTER TABLE saga DROP COLUMN phase;
  CREATE INDEX saga_open ON saga (status, id) WHERE status IN ('running', 'needs_intervention');
  PRAGMA user_version = 11;`;

/** Takes it back to version 6, which had no sums and no owners. The file `-mark` must go too. */
export const BACK_TO_VERSION_6 = `
  ${BACK_TO_VERSION_11}
  DROP INDEX saga_waiting;
  DROP INDEX saga_late;
  ALTER TABLE saga DROP COLUMN waiting_for;
  ALTER TABLE saga DROP COLUMN late_signals;
  ALTER TABLE record DROP COLUMN sum;
  ALTER TABLE saga DROP COLUMN sum;
  ALTER TABLE saga DROP COLUMN damage;
  ALTER TABLE saga DROP COLUMN seq;
  ALTER TABLE pause DROP COLUMN sum;
  ALTER TABLE pause DROP COLUMN damaged;
  DROP TABLE correlation;
  DROP TABLE seal;
  DROP TABLE owner;
  DROP TABLE progress;
  DROP TABLE terms;
  PRAGMA user_version = 6;`;
