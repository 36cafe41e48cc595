-- Bytes without a row, the state of maintenance, and which process receives an upload. A statement that adds a column cannot
-- run again here, and need not: SQLite rolls back an interrupted step.

CREATE TABLE IF NOT EXISTS `orphan` (
    `o_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`o_id`) IN ('integer', 'blob', 'null') AND `o_id` >= 0),
    `object_key` TEXT NOT NULL CHECK (length(`object_key`) <= 32),
    `found_at` TEXT NOT NULL,
    `sha256` TEXT NULL CHECK (length(`sha256`) <= 64),
    `is_due` INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS `orphan.object_key.unique` ON `orphan` (`object_key`);
CREATE INDEX IF NOT EXISTS `orphan.sha256.index` ON `orphan` (`sha256`);

CREATE TABLE IF NOT EXISTS `maintenance` (
    `mt_id` INTEGER PRIMARY KEY NOT NULL CHECK (typeof(`mt_id`) IN ('integer', 'null') AND `mt_id` BETWEEN 0 AND 4294967295),
    `generation` INTEGER NOT NULL DEFAULT 0 CHECK (typeof(`generation`) IN ('integer', 'blob', 'null') AND `generation` >= 0),
    `restored_at` TEXT NULL,
    `accepted_at` TEXT NULL,
    `round_at` TEXT NULL,
    `round_reference` TEXT NULL,
    `claimed_at` TEXT NULL
);
INSERT OR IGNORE INTO `maintenance` (`mt_id`) VALUES (1);

ALTER TABLE `upload` ADD COLUMN `owner` TEXT NULL CHECK (length(`owner`) <= 255);
ALTER TABLE `upload` ADD COLUMN `reserved_until` TEXT NULL;
