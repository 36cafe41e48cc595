-- Events and their subscribers. Each statement may run again.

CREATE TABLE IF NOT EXISTS `event_subscriber` (
    `es_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`es_id`) IN ('integer', 'blob', 'null') AND `es_id` >= 0),
    `name` TEXT NOT NULL CHECK (length(`name`) <= 64),
    `created_at` TEXT NOT NULL,
    `owner` TEXT NULL DEFAULT NULL CHECK (length(`owner`) <= 32),
    `leased_until` TEXT NULL DEFAULT NULL,
    `attempts` INTEGER NOT NULL DEFAULT 0 CHECK (typeof(`attempts`) IN ('integer', 'null') AND `attempts` BETWEEN 0 AND 4294967295),
    `retry_at` TEXT NULL DEFAULT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS `event_subscriber.name.unique` ON `event_subscriber` (`name`);

CREATE TABLE IF NOT EXISTS `event` (
    `e_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`e_id`) IN ('integer', 'blob', 'null') AND `e_id` >= 0),
    `subscriber_id` INTEGER NOT NULL CHECK (typeof(`subscriber_id`) IN ('integer', 'blob', 'null') AND `subscriber_id` >= 0),
    `kind` TEXT NOT NULL CHECK (length(`kind`) <= 32),
    `create_time` TEXT NOT NULL,
    `actor_id` INTEGER NULL CHECK (typeof(`actor_id`) IN ('integer', 'blob', 'null') AND `actor_id` >= 0),
    `user_id` INTEGER NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    `movie_id` INTEGER NULL CHECK (typeof(`movie_id`) IN ('integer', 'blob', 'null') AND `movie_id` >= 0),
    `price_fen` INTEGER NULL CHECK (typeof(`price_fen`) IN ('integer', 'blob', 'null') AND `price_fen` >= 0)
);
CREATE INDEX IF NOT EXISTS `event.subscriber_id.index` ON `event` (`subscriber_id`);
CREATE INDEX IF NOT EXISTS `event.create_time.index` ON `event` (`create_time`);
