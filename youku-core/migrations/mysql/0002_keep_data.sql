-- Bytes without a row, and the state of maintenance. Each statement may run again.

CREATE TABLE IF NOT EXISTS `orphan` (
    `o_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `object_key` VARCHAR(32) NOT NULL,
    `found_at` DATETIME(6) NOT NULL,
    `sha256` VARCHAR(64) NULL,
    `is_due` BOOLEAN NOT NULL,
    UNIQUE KEY `orphan.object_key.unique` (`object_key`),
    KEY `orphan.sha256.index` (`sha256`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `maintenance` (
    `mt_id` INT UNSIGNED PRIMARY KEY NOT NULL,
    `generation` BIGINT UNSIGNED NOT NULL DEFAULT 0,
    `restored_at` DATETIME(6) NULL,
    `accepted_at` DATETIME(6) NULL,
    `repaired_at` DATETIME(6) NULL,
    `round_at` DATETIME(6) NULL,
    `round_reference` DATETIME(6) NULL,
    `round_clock` VARCHAR(64) NULL,
    `round_time` DATETIME(6) NULL,
    `trusted_at` DATETIME(6) NULL,
    `trusted_reference` DATETIME(6) NULL,
    `trusted_clock` VARCHAR(64) NULL,
    `trusted_time` DATETIME(6) NULL,
    `jumped_at` DATETIME(6) NULL,
    `claimed_at` DATETIME(6) NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

-- As many listings as there are movies at least, so that an older backup of this database has a lower number.
INSERT IGNORE INTO `maintenance` (`mt_id`, `generation`) SELECT 1, COUNT(*) FROM `movie`;
