-- What is said about movies. Each statement may run again.

CREATE TABLE IF NOT EXISTS `movie_detail` (
    `md_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`md_id`) IN ('integer', 'blob', 'null') AND `md_id` >= 0),
    `movie_id` INTEGER NOT NULL CHECK (typeof(`movie_id`) IN ('integer', 'blob', 'null') AND `movie_id` >= 0),
    `media_type` TEXT NULL DEFAULT NULL CHECK (length(`media_type`) <= 100),
    `title` TEXT NULL DEFAULT NULL CHECK (length(`title`) <= 500),
    `description` TEXT NULL DEFAULT NULL,
    `data` TEXT NULL DEFAULT NULL,
    CONSTRAINT `movie_detail.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX IF NOT EXISTS `movie_detail.movie_id.unique` ON `movie_detail` (`movie_id`);

CREATE TABLE IF NOT EXISTS `poster` (
    `po_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`po_id`) IN ('integer', 'blob', 'null') AND `po_id` >= 0),
    `movie_id` INTEGER NOT NULL CHECK (typeof(`movie_id`) IN ('integer', 'blob', 'null') AND `movie_id` >= 0),
    `media_type` TEXT NOT NULL CHECK (length(`media_type`) <= 100),
    `sha256` TEXT NOT NULL CHECK (length(`sha256`) <= 64),
    `image` BLOB NOT NULL,
    CONSTRAINT `poster.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX IF NOT EXISTS `poster.movie_id.unique` ON `poster` (`movie_id`);

CREATE TABLE IF NOT EXISTS `movie_tag` (
    `tag_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`tag_id`) IN ('integer', 'blob', 'null') AND `tag_id` >= 0),
    `movie_id` INTEGER NOT NULL CHECK (typeof(`movie_id`) IN ('integer', 'blob', 'null') AND `movie_id` >= 0),
    `tag_key` TEXT NOT NULL CHECK (length(`tag_key`) <= 200),
    `tag` TEXT NOT NULL CHECK (length(`tag`) <= 64),
    CONSTRAINT `movie_tag.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX IF NOT EXISTS `movie_tag.once.unique` ON `movie_tag` (`movie_id`, `tag_key`);
CREATE INDEX IF NOT EXISTS `movie_tag.tag_key.index` ON `movie_tag` (`tag_key`);
