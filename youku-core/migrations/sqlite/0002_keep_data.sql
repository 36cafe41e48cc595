-- Bytes without a row, and the state of maintenance. Each statement may run again.

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
    `repaired_at` TEXT NULL,
    `round_at` TEXT NULL,
    `round_reference` TEXT NULL,
    `round_clock` TEXT NULL CHECK (length(`round_clock`) <= 64),
    `round_time` TEXT NULL,
    `trusted_at` TEXT NULL,
    `trusted_reference` TEXT NULL,
    `trusted_clock` TEXT NULL CHECK (length(`trusted_clock`) <= 64),
    `trusted_time` TEXT NULL,
    `jumped_at` TEXT NULL,
    `claimed_at` TEXT NULL
);

-- As many listings as there are movies at least, so that an older backup of this database has a lower number.
INSERT OR IGNORE INTO `maintenance` (`mt_id`, `generation`) SELECT 1, COUNT(*) FROM `movie`;
