-- Events and their subscribers. Each statement may run again.

CREATE TABLE IF NOT EXISTS `event_subscriber` (
    `es_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `name` VARCHAR(64) NOT NULL,
    `created_at` DATETIME(6) NOT NULL,
    `owner` VARCHAR(32) NULL DEFAULT NULL,
    `leased_until` DATETIME(6) NULL DEFAULT NULL,
    `attempts` INT UNSIGNED NOT NULL DEFAULT 0,
    `retry_at` DATETIME(6) NULL DEFAULT NULL,
    UNIQUE KEY `event_subscriber.name.unique` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `event` (
    `e_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `subscriber_id` BIGINT UNSIGNED NOT NULL,
    `kind` VARCHAR(32) NOT NULL,
    `create_time` DATETIME(6) NOT NULL,
    `actor_id` BIGINT UNSIGNED NULL,
    `user_id` BIGINT UNSIGNED NULL,
    `movie_id` BIGINT UNSIGNED NULL,
    `price_fen` BIGINT UNSIGNED NULL,
    KEY `event.subscriber_id.index` (`subscriber_id`),
    KEY `event.create_time.index` (`create_time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;
