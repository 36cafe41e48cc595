-- All tables, as the models in `src/model` describe them. Each statement may run again.
-- The indexes `movie.list…` are here alone: a column of a model has one index.

CREATE TABLE IF NOT EXISTS `store` (
    `s_id` INTEGER PRIMARY KEY NOT NULL CHECK (typeof(`s_id`) IN ('integer', 'null') AND `s_id` BETWEEN 0 AND 4294967295),
    `identity` TEXT NOT NULL CHECK (length(`identity`) <= 64)
);

CREATE TABLE IF NOT EXISTS `user` (
    `u_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`u_id`) IN ('integer', 'blob', 'null') AND `u_id` >= 0),
    `username` TEXT NOT NULL CHECK (length(`username`) <= 64),
    `username_key` TEXT NOT NULL CHECK (length(`username_key`) <= 192),
    `password` TEXT NOT NULL CHECK (length(`password`) <= 255),
    `user_type` TEXT NOT NULL CHECK (length(`user_type`) <= 32),
    `member_until` TEXT NULL,
    `register_time` TEXT NOT NULL,
    `locked_at` TEXT NULL DEFAULT NULL,
    `revision` INTEGER NOT NULL DEFAULT 0 CHECK (typeof(`revision`) IN ('integer', 'blob', 'null') AND `revision` >= 0)
);
CREATE UNIQUE INDEX IF NOT EXISTS `user.username_key.unique` ON `user` (`username_key`);

CREATE TABLE IF NOT EXISTS `session` (
    `s_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`s_id`) IN ('integer', 'blob', 'null') AND `s_id` >= 0),
    `user_id` INTEGER NOT NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    `token_digest` TEXT NOT NULL CHECK (length(`token_digest`) <= 64),
    `only_of` INTEGER NULL CHECK (typeof(`only_of`) IN ('integer', 'blob', 'null') AND `only_of` >= 0),
    `replaced_at` TEXT NULL,
    `peer` TEXT NOT NULL CHECK (length(`peer`) <= 255),
    `created_at` TEXT NOT NULL,
    `idle_until` TEXT NOT NULL,
    `expires_at` TEXT NOT NULL,
    CONSTRAINT `session.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT,
    CONSTRAINT `session.only_of.foreign` FOREIGN KEY (`only_of`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
);
CREATE INDEX IF NOT EXISTS `session.user_id.index` ON `session` (`user_id`);
CREATE UNIQUE INDEX IF NOT EXISTS `session.token_digest.unique` ON `session` (`token_digest`);
CREATE UNIQUE INDEX IF NOT EXISTS `session.only_of.unique` ON `session` (`only_of`);
CREATE INDEX IF NOT EXISTS `session.expires_at.index` ON `session` (`expires_at`);

CREATE TABLE IF NOT EXISTS `login_failure` (
    `lf_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`lf_id`) IN ('integer', 'blob', 'null') AND `lf_id` >= 0),
    `name_digest` TEXT NOT NULL CHECK (length(`name_digest`) <= 64),
    `failures` INTEGER NOT NULL CHECK (typeof(`failures`) IN ('integer', 'null') AND `failures` BETWEEN 0 AND 4294967295),
    `locked_until` TEXT NULL,
    `counts_until` TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS `login_failure.name_digest.unique` ON `login_failure` (`name_digest`);
CREATE INDEX IF NOT EXISTS `login_failure.counts_until.index` ON `login_failure` (`counts_until`);

CREATE TABLE IF NOT EXISTS `invite` (
    `i_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`i_id`) IN ('integer', 'blob', 'null') AND `i_id` >= 0),
    `code_digest` TEXT NOT NULL CHECK (length(`code_digest`) <= 64),
    `user_id` INTEGER NOT NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    `created_at` TEXT NOT NULL,
    `expires_at` TEXT NOT NULL,
    `used_at` TEXT NULL,
    CONSTRAINT `invite.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX IF NOT EXISTS `invite.code_digest.unique` ON `invite` (`code_digest`);
CREATE INDEX IF NOT EXISTS `invite.user_id.foreign` ON `invite` (`user_id`);

CREATE TABLE IF NOT EXISTS `movie` (
    `m_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`m_id`) IN ('integer', 'blob', 'null') AND `m_id` >= 0),
    `movie_name` TEXT NOT NULL CHECK (length(`movie_name`) <= 500),
    `search_name` TEXT NOT NULL CHECK (length(`search_name`) <= 700),
    `movie_size` INTEGER NOT NULL CHECK (typeof(`movie_size`) IN ('integer', 'blob', 'null') AND `movie_size` >= 0),
    `movie_path` TEXT NOT NULL CHECK (length(`movie_path`) <= 32),
    `kind` TEXT NOT NULL CHECK (length(`kind`) <= 32),
    `sha256` TEXT NOT NULL CHECK (length(`sha256`) <= 64),
    `live_digest` TEXT NULL CHECK (length(`live_digest`) <= 64),
    `movie_md5` TEXT NULL CHECK (length(`movie_md5`) <= 255),
    `user_id` INTEGER NOT NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    `upload_time` TEXT NOT NULL,
    `is_delete` INTEGER NOT NULL DEFAULT 0,
    `is_lost` INTEGER NOT NULL DEFAULT 0,
    `deleted_at` TEXT NULL DEFAULT NULL,
    `is_collected` INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT `movie.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX IF NOT EXISTS `movie.movie_path.unique` ON `movie` (`movie_path`);
CREATE INDEX IF NOT EXISTS `movie.sha256.index` ON `movie` (`sha256`);
CREATE UNIQUE INDEX IF NOT EXISTS `movie.live_digest.unique` ON `movie` (`live_digest`);
CREATE INDEX IF NOT EXISTS `movie.movie_md5.index` ON `movie` (`movie_md5`);
CREATE INDEX IF NOT EXISTS `movie.deleted_at.index` ON `movie` (`deleted_at`);
CREATE INDEX IF NOT EXISTS `movie.user_id.foreign` ON `movie` (`user_id`);
CREATE INDEX IF NOT EXISTS `movie.list` ON `movie` (`is_delete`, `is_lost`);
CREATE INDEX IF NOT EXISTS `movie.list.name` ON `movie` (`is_delete`, `is_lost`, `search_name`);
CREATE INDEX IF NOT EXISTS `movie.list.size` ON `movie` (`is_delete`, `is_lost`, `movie_size`);
CREATE INDEX IF NOT EXISTS `movie.list.kind` ON `movie` (`is_delete`, `is_lost`, `kind`);
CREATE INDEX IF NOT EXISTS `movie.list.kind.name` ON `movie` (`is_delete`, `is_lost`, `kind`, `search_name`);
CREATE INDEX IF NOT EXISTS `movie.list.kind.size` ON `movie` (`is_delete`, `is_lost`, `kind`, `movie_size`);

CREATE TABLE IF NOT EXISTS `upload` (
    `up_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`up_id`) IN ('integer', 'blob', 'null') AND `up_id` >= 0),
    `upload_id` TEXT NULL CHECK (length(`upload_id`) <= 32),
    `user_id` INTEGER NOT NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    `movie_name` TEXT NOT NULL CHECK (length(`movie_name`) <= 500),
    `movie_size` INTEGER NOT NULL CHECK (typeof(`movie_size`) IN ('integer', 'blob', 'null') AND `movie_size` >= 0),
    `kind` TEXT NOT NULL CHECK (length(`kind`) <= 32),
    `sha256` TEXT NULL CHECK (length(`sha256`) <= 64),
    `movie_md5` TEXT NULL CHECK (length(`movie_md5`) <= 255),
    `movie_path` TEXT NOT NULL CHECK (length(`movie_path`) <= 32),
    `created_at` TEXT NOT NULL,
    `expires_at` TEXT NOT NULL,
    `lease` INTEGER NOT NULL DEFAULT 0 CHECK (typeof(`lease`) IN ('integer', 'blob', 'null') AND `lease` >= 0),
    `received` INTEGER NOT NULL DEFAULT 0 CHECK (typeof(`received`) IN ('integer', 'blob', 'null') AND `received` >= 0),
    `prefix_sha256` TEXT NULL DEFAULT NULL CHECK (length(`prefix_sha256`) <= 64),
    `hash_state` BLOB NULL DEFAULT NULL,
    CONSTRAINT `upload.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX IF NOT EXISTS `upload.upload_id.unique` ON `upload` (`upload_id`);
CREATE UNIQUE INDEX IF NOT EXISTS `upload.movie_path.unique` ON `upload` (`movie_path`);
CREATE INDEX IF NOT EXISTS `upload.expires_at.index` ON `upload` (`expires_at`);
CREATE INDEX IF NOT EXISTS `upload.user_id.foreign` ON `upload` (`user_id`);

CREATE TABLE IF NOT EXISTS `payment` (
    `pay_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`pay_id`) IN ('integer', 'blob', 'null') AND `pay_id` >= 0),
    `charge_key` TEXT NOT NULL CHECK (length(`charge_key`) <= 32),
    `only_one` TEXT NULL CHECK (length(`only_one`) <= 150),
    `user_id` INTEGER NOT NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    `movie_id` INTEGER NULL CHECK (typeof(`movie_id`) IN ('integer', 'blob', 'null') AND `movie_id` >= 0),
    `price_fen` INTEGER NOT NULL CHECK (typeof(`price_fen`) IN ('integer', 'blob', 'null') AND `price_fen` >= 0),
    `state` TEXT NOT NULL CHECK (length(`state`) <= 32),
    `created_at` TEXT NOT NULL,
    `settled_at` TEXT NULL,
    CONSTRAINT `payment.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT,
    CONSTRAINT `payment.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX IF NOT EXISTS `payment.charge_key.unique` ON `payment` (`charge_key`);
CREATE UNIQUE INDEX IF NOT EXISTS `payment.only_one.unique` ON `payment` (`only_one`);
CREATE INDEX IF NOT EXISTS `payment.user_id.index` ON `payment` (`user_id`);
CREATE INDEX IF NOT EXISTS `payment.movie_id.foreign` ON `payment` (`movie_id`);

CREATE TABLE IF NOT EXISTS `purchase` (
    `p_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`p_id`) IN ('integer', 'blob', 'null') AND `p_id` >= 0),
    `user_id` INTEGER NOT NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    `movie_id` INTEGER NOT NULL CHECK (typeof(`movie_id`) IN ('integer', 'blob', 'null') AND `movie_id` >= 0),
    `price_fen` INTEGER NOT NULL CHECK (typeof(`price_fen`) IN ('integer', 'blob', 'null') AND `price_fen` >= 0),
    `paid_at` TEXT NOT NULL,
    CONSTRAINT `purchase.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT,
    CONSTRAINT `purchase.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX IF NOT EXISTS `purchase.once.unique` ON `purchase` (`user_id`, `movie_id`);
CREATE INDEX IF NOT EXISTS `purchase.user_id.index` ON `purchase` (`user_id`);
CREATE INDEX IF NOT EXISTS `purchase.movie_id.foreign` ON `purchase` (`movie_id`);

CREATE TABLE IF NOT EXISTS `membership` (
    `ms_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`ms_id`) IN ('integer', 'blob', 'null') AND `ms_id` >= 0),
    `user_id` INTEGER NOT NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    `payment_id` INTEGER NOT NULL CHECK (typeof(`payment_id`) IN ('integer', 'blob', 'null') AND `payment_id` >= 0),
    `price_fen` INTEGER NOT NULL CHECK (typeof(`price_fen`) IN ('integer', 'blob', 'null') AND `price_fen` >= 0),
    `starts_at` TEXT NOT NULL,
    `ends_at` TEXT NOT NULL,
    `paid_at` TEXT NOT NULL,
    CONSTRAINT `membership.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT,
    CONSTRAINT `membership.payment_id.foreign` FOREIGN KEY (`payment_id`) REFERENCES `payment` (`pay_id`) ON DELETE RESTRICT
);
CREATE INDEX IF NOT EXISTS `membership.user_id.index` ON `membership` (`user_id`);
CREATE UNIQUE INDEX IF NOT EXISTS `membership.payment_id.unique` ON `membership` (`payment_id`);

CREATE TABLE IF NOT EXISTS `download_wait` (
    `w_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`w_id`) IN ('integer', 'blob', 'null') AND `w_id` >= 0),
    `user_id` INTEGER NOT NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    `movie_id` INTEGER NOT NULL CHECK (typeof(`movie_id`) IN ('integer', 'blob', 'null') AND `movie_id` >= 0),
    `ready_at` TEXT NOT NULL,
    `started_at` TEXT NULL,
    CONSTRAINT `download_wait.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT,
    CONSTRAINT `download_wait.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX IF NOT EXISTS `download_wait.once.unique` ON `download_wait` (`user_id`, `movie_id`);
CREATE INDEX IF NOT EXISTS `download_wait.movie_id.foreign` ON `download_wait` (`movie_id`);

CREATE TABLE IF NOT EXISTS `download_record` (
    `d_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`d_id`) IN ('integer', 'blob', 'null') AND `d_id` >= 0),
    `movie_id` INTEGER NOT NULL CHECK (typeof(`movie_id`) IN ('integer', 'blob', 'null') AND `movie_id` >= 0),
    `user_id` INTEGER NOT NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    `download_time` TEXT NOT NULL,
    CONSTRAINT `download_record.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT,
    CONSTRAINT `download_record.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
);
CREATE INDEX IF NOT EXISTS `download_record.user_id.index` ON `download_record` (`user_id`);
CREATE INDEX IF NOT EXISTS `download_record.movie_id.foreign` ON `download_record` (`movie_id`);

CREATE TABLE IF NOT EXISTS `notice` (
    `n_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`n_id`) IN ('integer', 'blob', 'null') AND `n_id` >= 0),
    `title` TEXT NOT NULL CHECK (length(`title`) <= 255),
    `content` TEXT NOT NULL CHECK (length(`content`) <= 2000),
    `create_time` TEXT NOT NULL,
    `user_id` INTEGER NOT NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    CONSTRAINT `notice.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
);
CREATE INDEX IF NOT EXISTS `notice.user_id.foreign` ON `notice` (`user_id`);

CREATE TABLE IF NOT EXISTS `audit` (
    `a_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`a_id`) IN ('integer', 'blob', 'null') AND `a_id` >= 0),
    `act` TEXT NOT NULL CHECK (length(`act`) <= 32),
    `create_time` TEXT NOT NULL,
    `actor_id` INTEGER NULL CHECK (typeof(`actor_id`) IN ('integer', 'blob', 'null') AND `actor_id` >= 0),
    `peer` TEXT NOT NULL CHECK (length(`peer`) <= 255),
    `user_id` INTEGER NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    `movie_id` INTEGER NULL CHECK (typeof(`movie_id`) IN ('integer', 'blob', 'null') AND `movie_id` >= 0),
    `notice_id` INTEGER NULL CHECK (typeof(`notice_id`) IN ('integer', 'blob', 'null') AND `notice_id` >= 0)
);
