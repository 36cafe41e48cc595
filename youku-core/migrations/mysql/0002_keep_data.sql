-- Bytes without a row, the state of maintenance, and which process receives an upload. MariaDB runs each statement again
-- without an error. MySQL 8 has no `ADD COLUMN IF NOT EXISTS`: there the one statement that adds columns is the last one.

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
    `round_at` DATETIME(6) NULL,
    `round_reference` DATETIME(6) NULL,
    `claimed_at` DATETIME(6) NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;
INSERT IGNORE INTO `maintenance` (`mt_id`) VALUES (1);

ALTER TABLE `upload`
    ADD COLUMN /*M!100200 IF NOT EXISTS */ `owner` VARCHAR(255) NULL,
    ADD COLUMN /*M!100200 IF NOT EXISTS */ `reserved_until` DATETIME(6) NULL;
