-- All tables, as the models in `src/model` describe them. Each statement may run again.
-- The indexes `movie.list…` are here alone: a column of a model has one index.
-- The collation compares by code point and does not pad: MariaDB's first, MySQL's second.

CREATE TABLE IF NOT EXISTS `store` (
    `s_id` INT UNSIGNED PRIMARY KEY NOT NULL,
    `identity` VARCHAR(64) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `user` (
    `u_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `username` VARCHAR(64) NOT NULL,
    `username_key` VARCHAR(192) NOT NULL,
    `password` VARCHAR(255) NOT NULL,
    `user_type` VARCHAR(32) NOT NULL,
    `member_until` DATETIME(6) NULL,
    `register_time` DATETIME(6) NOT NULL,
    `locked_at` DATETIME(6) NULL DEFAULT NULL,
    `revision` BIGINT UNSIGNED NOT NULL DEFAULT 0,
    UNIQUE KEY `user.username_key.unique` (`username_key`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `session` (
    `s_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `user_id` BIGINT UNSIGNED NOT NULL,
    `token_digest` VARCHAR(64) NOT NULL,
    `only_of` BIGINT UNSIGNED NULL,
    `replaced_at` DATETIME(6) NULL,
    `peer` VARCHAR(255) NOT NULL,
    `created_at` DATETIME(6) NOT NULL,
    `idle_until` DATETIME(6) NOT NULL,
    `expires_at` DATETIME(6) NOT NULL,
    KEY `session.user_id.index` (`user_id`),
    UNIQUE KEY `session.token_digest.unique` (`token_digest`),
    UNIQUE KEY `session.only_of.unique` (`only_of`),
    KEY `session.expires_at.index` (`expires_at`),
    CONSTRAINT `session.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT,
    CONSTRAINT `session.only_of.foreign` FOREIGN KEY (`only_of`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `login_failure` (
    `lf_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `name_digest` VARCHAR(64) NOT NULL,
    `failures` INT UNSIGNED NOT NULL,
    `locked_until` DATETIME(6) NULL,
    `counts_until` DATETIME(6) NOT NULL,
    UNIQUE KEY `login_failure.name_digest.unique` (`name_digest`),
    KEY `login_failure.counts_until.index` (`counts_until`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `invite` (
    `i_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `code_digest` VARCHAR(64) NOT NULL,
    `user_id` BIGINT UNSIGNED NOT NULL,
    `created_at` DATETIME(6) NOT NULL,
    `expires_at` DATETIME(6) NOT NULL,
    `used_at` DATETIME(6) NULL,
    UNIQUE KEY `invite.code_digest.unique` (`code_digest`),
    KEY `invite.user_id.foreign` (`user_id`),
    CONSTRAINT `invite.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `movie` (
    `m_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `movie_name` VARCHAR(500) NOT NULL,
    `search_name` VARCHAR(700) NOT NULL,
    `movie_size` BIGINT UNSIGNED NOT NULL,
    `movie_path` VARCHAR(32) NOT NULL,
    `kind` VARCHAR(32) NOT NULL,
    `sha256` VARCHAR(64) NOT NULL,
    `live_digest` VARCHAR(64) NULL,
    `movie_md5` VARCHAR(255) NULL,
    `user_id` BIGINT UNSIGNED NOT NULL,
    `upload_time` DATETIME(6) NOT NULL,
    `is_delete` BOOLEAN NOT NULL DEFAULT 0,
    `is_lost` BOOLEAN NOT NULL DEFAULT 0,
    `deleted_at` DATETIME(6) NULL DEFAULT NULL,
    `is_collected` BOOLEAN NOT NULL DEFAULT 0,
    UNIQUE KEY `movie.movie_path.unique` (`movie_path`),
    KEY `movie.sha256.index` (`sha256`),
    UNIQUE KEY `movie.live_digest.unique` (`live_digest`),
    KEY `movie.movie_md5.index` (`movie_md5`),
    KEY `movie.deleted_at.index` (`deleted_at`),
    KEY `movie.user_id.foreign` (`user_id`),
    KEY `movie.list` (`is_delete`, `is_lost`),
    KEY `movie.list.name` (`is_delete`, `is_lost`, `search_name`),
    KEY `movie.list.size` (`is_delete`, `is_lost`, `movie_size`),
    KEY `movie.list.kind` (`is_delete`, `is_lost`, `kind`),
    KEY `movie.list.kind.name` (`is_delete`, `is_lost`, `kind`, `search_name`),
    KEY `movie.list.kind.size` (`is_delete`, `is_lost`, `kind`, `movie_size`),
    CONSTRAINT `movie.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `upload` (
    `up_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `upload_id` VARCHAR(32) NULL,
    `user_id` BIGINT UNSIGNED NOT NULL,
    `movie_name` VARCHAR(500) NOT NULL,
    `movie_size` BIGINT UNSIGNED NOT NULL,
    `kind` VARCHAR(32) NOT NULL,
    `sha256` VARCHAR(64) NULL,
    `movie_md5` VARCHAR(255) NULL,
    `movie_path` VARCHAR(32) NOT NULL,
    `created_at` DATETIME(6) NOT NULL,
    `expires_at` DATETIME(6) NOT NULL,
    `lease` BIGINT UNSIGNED NOT NULL DEFAULT 0,
    `received` BIGINT UNSIGNED NOT NULL DEFAULT 0,
    `prefix_sha256` VARCHAR(64) NULL DEFAULT NULL,
    `hash_state` LONGBLOB NULL DEFAULT NULL,
    UNIQUE KEY `upload.upload_id.unique` (`upload_id`),
    UNIQUE KEY `upload.movie_path.unique` (`movie_path`),
    KEY `upload.expires_at.index` (`expires_at`),
    KEY `upload.user_id.foreign` (`user_id`),
    CONSTRAINT `upload.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `payment` (
    `pay_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `charge_key` VARCHAR(32) NOT NULL,
    `only_one` VARCHAR(150) NULL,
    `user_id` BIGINT UNSIGNED NOT NULL,
    `movie_id` BIGINT UNSIGNED NULL,
    `price_fen` BIGINT UNSIGNED NOT NULL,
    `state` VARCHAR(32) NOT NULL,
    `created_at` DATETIME(6) NOT NULL,
    `settled_at` DATETIME(6) NULL,
    UNIQUE KEY `payment.charge_key.unique` (`charge_key`),
    UNIQUE KEY `payment.only_one.unique` (`only_one`),
    KEY `payment.user_id.index` (`user_id`),
    KEY `payment.movie_id.foreign` (`movie_id`),
    CONSTRAINT `payment.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT,
    CONSTRAINT `payment.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `purchase` (
    `p_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `user_id` BIGINT UNSIGNED NOT NULL,
    `movie_id` BIGINT UNSIGNED NOT NULL,
    `price_fen` BIGINT UNSIGNED NOT NULL,
    `paid_at` DATETIME(6) NOT NULL,
    UNIQUE KEY `purchase.once.unique` (`user_id`, `movie_id`),
    KEY `purchase.user_id.index` (`user_id`),
    KEY `purchase.movie_id.foreign` (`movie_id`),
    CONSTRAINT `purchase.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT,
    CONSTRAINT `purchase.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `membership` (
    `ms_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `user_id` BIGINT UNSIGNED NOT NULL,
    `payment_id` BIGINT UNSIGNED NOT NULL,
    `price_fen` BIGINT UNSIGNED NOT NULL,
    `starts_at` DATETIME(6) NOT NULL,
    `ends_at` DATETIME(6) NOT NULL,
    `paid_at` DATETIME(6) NOT NULL,
    KEY `membership.user_id.index` (`user_id`),
    UNIQUE KEY `membership.payment_id.unique` (`payment_id`),
    CONSTRAINT `membership.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT,
    CONSTRAINT `membership.payment_id.foreign` FOREIGN KEY (`payment_id`) REFERENCES `payment` (`pay_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `download_wait` (
    `w_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `user_id` BIGINT UNSIGNED NOT NULL,
    `movie_id` BIGINT UNSIGNED NOT NULL,
    `ready_at` DATETIME(6) NOT NULL,
    `started_at` DATETIME(6) NULL,
    UNIQUE KEY `download_wait.once.unique` (`user_id`, `movie_id`),
    KEY `download_wait.movie_id.foreign` (`movie_id`),
    CONSTRAINT `download_wait.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT,
    CONSTRAINT `download_wait.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `download_record` (
    `d_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `movie_id` BIGINT UNSIGNED NOT NULL,
    `user_id` BIGINT UNSIGNED NOT NULL,
    `download_time` DATETIME(6) NOT NULL,
    KEY `download_record.user_id.index` (`user_id`),
    KEY `download_record.movie_id.foreign` (`movie_id`),
    CONSTRAINT `download_record.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT,
    CONSTRAINT `download_record.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `notice` (
    `n_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `title` VARCHAR(255) NOT NULL,
    `content` LONGTEXT NOT NULL CHECK (CHAR_LENGTH(`content`) <= 2000),
    `create_time` DATETIME(6) NOT NULL,
    `user_id` BIGINT UNSIGNED NOT NULL,
    KEY `notice.user_id.foreign` (`user_id`),
    CONSTRAINT `notice.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `audit` (
    `a_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `act` VARCHAR(32) NOT NULL,
    `create_time` DATETIME(6) NOT NULL,
    `actor_id` BIGINT UNSIGNED NULL,
    `peer` VARCHAR(255) NOT NULL,
    `user_id` BIGINT UNSIGNED NULL,
    `movie_id` BIGINT UNSIGNED NULL,
    `notice_id` BIGINT UNSIGNED NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;
